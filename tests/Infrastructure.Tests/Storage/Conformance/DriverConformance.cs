using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>What every storage driver does. A driver takes part with a <see cref="StorageBench"/> and a class that derives from this one.</summary>
/// <remarks>Source: spec, storage 4 to 10; the contract of <see cref="IVolumeDriver"/>.</remarks>
public abstract partial class DriverConformance(StorageBench bench) : IDisposable
{
    protected StorageBench Bench { get; } = bench;

    private IVolumeDriver Driver { get; } = bench.Driver();

    public void Dispose()
    {
        Bench.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_new_volume_is_there_empty_and_of_its_size()
    {
        var volume = Bench.Origin();
        Assert.False((await Look(volume)).Exists);

        await Driver.CreateAsync(volume, mayExist: false, default);

        var condition = await Look(volume);
        Assert.True(condition.Exists);
        Assert.False(condition.IsDirty);
        Assert.True(condition.Revisions.Count == 0 || !Has(DriverTraits.KeepsRevisions));
        Assert.Equal(('-', StorageBench.Size), await Committed(volume));
    }

    [Fact]
    public async Task A_volume_that_is_there_is_not_made_again()
    {
        var volume = await Created('a');

        await Assert.ThrowsAsync<StorageRefusedException>(async () => await Driver.CreateAsync(volume, mayExist: false, default));
        await Driver.CreateAsync(volume, mayExist: true, default);

        Assert.Equal('a', (await Committed(volume)).Letter);
    }

    [Fact]
    public async Task What_a_run_wrote_is_committed_at_its_stop()
    {
        var volume = await Created('a');
        await Driver.StartAsync(volume, default);
        Assert.Equal('a', Bench.Read(Bench.RunPath(volume)));
        Bench.Write(Bench.RunPath(volume), 'b');
        await Driver.StopAsync(volume, default);

        Assert.Equal('b', (await Committed(volume)).Letter);
        Assert.False((await Look(volume)).IsDirty);
    }

    [Fact]
    public async Task A_run_has_a_state_before_it_until_it_stops()
    {
        Assert.SkipUnless(Has(DriverTraits.ExportsRunning | DriverTraits.KeepsDirtyApart), "it writes in place");
        var volume = await Created('a');
        await Driver.StartAsync(volume, default);
        Bench.Write(Bench.RunPath(volume), 'b');

        Assert.True((await Look(volume)).IsDirty);
        Assert.Equal('a', (await Committed(volume)).Letter);

        // The host went down: the next start takes up what was written.
        var fresh = Bench.Driver();
        await fresh.StartAsync(volume, default);
        Assert.Equal('b', Bench.Read(Bench.RunPath(volume)));
    }

    [Fact]
    public async Task A_snapshot_starts_as_its_source_is_and_is_dropped()
    {
        Assert.SkipUnless(Has(DriverTraits.RunsWithoutDevices), "what a run writes goes to a device");
        var source = await Created('a', "tpl", "root");
        var snapshot = Bench.Snapshot(source);
        await Driver.CreateAsync(snapshot, mayExist: false, default);
        await Driver.StartAsync(snapshot, default);
        Assert.Equal('a', Bench.Read(Bench.RunPath(snapshot)));
        Bench.Write(Bench.RunPath(snapshot), 'b');
        await Driver.StopAsync(snapshot, default);
        Assert.Equal('a', (await Committed(source)).Letter);
        await Import(source, 'c');
        await Driver.StartAsync(snapshot, default);

        Assert.Equal('c', Bench.Read(Bench.RunPath(snapshot)));
        Assert.True((await Look(snapshot)).Exists);
        await Driver.StopAsync(snapshot, default);
        Assert.Equal(0, (await Look(snapshot)).UsageBytes);
    }

    [Fact]
    public async Task A_volatile_volume_is_empty_at_each_start()
    {
        var volume = Bench.Volatile();
        await Driver.CreateAsync(volume, mayExist: false, default);
        for (var run = 0; run < 2; run++)
        {
            await Driver.StartAsync(volume, default);
            Assert.Equal('-', Bench.Read(Bench.RunPath(volume)));
            Assert.Equal(StorageBench.Size, Bench.LengthOf(Bench.RunPath(volume)));
            Bench.Write(Bench.RunPath(volume), 'a');
            await (run == 0 ? Driver.StopAsync(volume, default) : ValueTask.CompletedTask);
        }

        // Not stopped: nothing of it may reach the next run either.
        await Driver.StartAsync(volume, default);
        Assert.Equal('-', Bench.Read(Bench.RunPath(volume)));
    }

    [Fact]
    public async Task New_data_takes_the_place_of_the_old_when_it_is_committed()
    {
        var volume = await Created('a');
        Assert.False(await Driver.HasImportAsync(volume, default));
        var area = await Driver.PrepareImportAsync(volume, 2 * StorageBench.Size, default);
        Bench.Write(area, 'b');
        Assert.True(await Driver.HasImportAsync(volume, default));
        Assert.Equal('a', (await Committed(volume)).Letter);

        await Driver.CommitImportAsync(volume, default);

        Assert.Equal(('b', 2 * StorageBench.Size), await Committed(volume));
        Assert.False(await Driver.HasImportAsync(volume, default));
        await Driver.CommitImportAsync(volume, default);
        Assert.Equal('b', (await Committed(volume)).Letter);
    }

    [Fact]
    public async Task New_data_that_is_dropped_changes_nothing()
    {
        var volume = await Created('a');
        Bench.Write(await Driver.PrepareImportAsync(volume, StorageBench.Size, default), 'b');
        var before = await Look(volume);
        await Driver.DiscardImportAsync(volume, default);
        await Driver.DiscardImportAsync(volume, default);

        Assert.False(await Driver.HasImportAsync(volume, default));
        Assert.Equal(before, await Look(volume));
        Assert.Equal('a', (await Committed(volume)).Letter);
    }

    [Fact]
    public async Task An_area_for_new_data_is_empty_also_when_there_was_one()
    {
        var volume = await Created('a');
        Bench.Write(await Driver.PrepareImportAsync(volume, StorageBench.Size, default), 'b');
        var area = await Driver.PrepareImportAsync(volume, StorageBench.Size, default);

        Assert.Equal('-', Bench.Read(area));
    }

    [Fact]
    public async Task A_volume_is_cleared_by_nothing_new()
    {
        var volume = await Created('a');
        await Driver.PrepareImportAsync(volume, StorageBench.Size, default);
        await Driver.CommitImportAsync(volume, default);

        Assert.Equal(('-', StorageBench.Size), await Committed(volume));
    }

    [Fact]
    public async Task A_clone_has_its_source_s_data_and_its_own_life()
    {
        var source = await Created('a');
        var volume = await Created('b', "other");
        Assert.True(await Driver.PrepareCloneAsync(volume, source, default));
        await Driver.CommitImportAsync(volume, default);
        await Import(source, 'c');

        Assert.Equal('a', (await Committed(volume)).Letter);
        Assert.Equal('c', (await Committed(source)).Letter);
    }

    [Theory]
    [InlineData(3 * StorageBench.Size)]
    [InlineData(StorageBench.Size)]
    public async Task A_stopped_volume_takes_another_size(long size)
    {
        var volume = await Created('a');
        await Driver.ResizeAsync(volume, size, default);
        await Driver.ResizeAsync(volume, size, default);

        var path = await Driver.ExportAsync(volume, default);
        Assert.Equal(size, Bench.LengthOf(path));
        await Driver.EndExportAsync(volume, path, default);
        Assert.Empty((await Look(volume)).Revisions);
    }

    [Fact]
    public async Task A_running_volume_takes_another_size()
    {
        var volume = await Created('a');
        await Driver.StartAsync(volume, default);
        await Driver.ResizeAsync(volume, 3 * StorageBench.Size, default);
        Assert.Equal(3 * StorageBench.Size, Bench.LengthOf(Bench.RunPath(volume)));
        Bench.Write(Bench.RunPath(volume), 'b');
        await Driver.StopAsync(volume, default);

        Assert.Equal(('b', 3 * StorageBench.Size), await Committed(volume));
    }

    [Fact]
    public async Task A_read_only_volume_keeps_its_size()
    {
        var volume = await Created('a');
        var readOnly = volume with { Config = volume.Config with { Rw = false } };
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await Driver.ResizeAsync(readOnly, 3 * StorageBench.Size, default));

        Assert.Equal(StorageBench.Size, (await Committed(volume)).Length);
    }

    [Fact]
    public async Task What_a_start_needs_has_to_be_there()
    {
        var volume = Bench.Origin();
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await Driver.VerifyAsync(volume, default));
        await Driver.CreateAsync(volume, mayExist: false, default);
        await Driver.VerifyAsync(volume, default);
        await Driver.VerifyAsync(Bench.Volatile(), default);
    }

    [Fact]
    public async Task What_is_written_is_counted()
    {
        var volume = Bench.Origin();
        await Driver.CreateAsync(volume, mayExist: false, default);
        var empty = (await Look(volume)).UsageBytes;
        await Import(volume, 'a');

        Assert.InRange(empty, 0, 64 << 10);
        Assert.InRange((await Look(volume)).UsageBytes, 128 << 10, 4 * StorageBench.Size);
    }

    [Fact]
    public async Task A_removed_volume_leaves_nothing()
    {
        var source = await Created('a', "tpl", "root", revisions: 3);
        var snapshot = Bench.Snapshot(source);
        foreach (var volume in new[] { source, snapshot, Bench.Volatile() })
        {
            await Driver.CreateAsync(volume, mayExist: true, default);
            await Driver.StartAsync(volume, default);
        }

        await Driver.StopAsync(source, default);
        await Driver.PrepareImportAsync(source, StorageBench.Size, default);
        foreach (var volume in new[] { Bench.Volatile(), snapshot, source })
        {
            await Driver.StopAsync(volume, default);
            await Driver.RemoveAsync(volume, default);
            await Driver.RemoveAsync(volume, default);
        }

        Assert.False((await Look(source)).Exists);
        Assert.Empty(Bench.Remains());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("..")]
    [InlineData("appvms/../private")]
    [InlineData("appvms/work/../../x")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("appvms//private")]
    [InlineData("appvms/work/pri\0vate")]
    [InlineData("appvms/work/private\n")]
    public async Task An_id_of_another_form_is_refused(string vid)
    {
        var volume = Bench.Origin();
        volume = volume with { Vid = vid, Config = volume.Config with { Vid = vid } };
        foreach (var operation in Operations(volume))
        {
            await Assert.ThrowsAsync<StorageRefusedException>(operation);
        }

        Assert.Empty(Bench.Remains());
    }

    private IEnumerable<Func<Task>> Operations(DriverVolume volume) =>
    [
        async () => await Driver.CreateAsync(volume, mayExist: true, default),
        async () => await Driver.RemoveAsync(volume, default),
        async () => await Driver.VerifyAsync(volume, default),
        async () => await Driver.StartAsync(volume, default),
        async () => await Driver.StopAsync(volume, default),
        async () => await Driver.ExportAsync(volume, default),
        async () => await Driver.PrepareImportAsync(volume, 1, default),
        async () => await Driver.CommitImportAsync(volume, default),
        async () => await Driver.ResizeAsync(volume, 1, default),
        async () => await Driver.RevertAsync(volume, "1", default),
        async () => await Driver.LookAsync(volume, default),
    ];

    /// <summary>A volume that holds a letter and no revisions.</summary>
    protected async Task<DriverVolume> Created(char letter, string qube = "work", string name = "private", long revisions = 1)
    {
        var volume = Bench.Origin(qube, name, revisions);
        await Driver.CreateAsync(volume, mayExist: false, default);
        await Import(volume with { Config = volume.Config with { RevisionsToKeep = 0 } }, letter);
        return volume;
    }

    /// <summary>Replaces a volume's data by a letter.</summary>
    protected async Task Import(DriverVolume volume, char letter)
    {
        Bench.Write(await Driver.PrepareImportAsync(volume, StorageBench.Size, default), letter);
        await Driver.CommitImportAsync(volume, default);
    }

    /// <summary>Starts a volume, writes a letter and stops it.</summary>
    protected async Task Run(DriverVolume volume, char letter)
    {
        await Driver.StartAsync(volume, default);
        Bench.Write(Bench.RunPath(volume), letter);
        await Driver.StopAsync(volume, default);
    }

    /// <summary>The committed data.</summary>
    protected async Task<(char Letter, long Length)> Committed(DriverVolume volume)
    {
        var path = await Driver.ExportAsync(volume, default);
        var (letter, length) = (Bench.Read(path), Bench.LengthOf(path));
        await Driver.EndExportAsync(volume, path, default);
        return (letter, length);
    }

    protected async Task<VolumeCondition> Look(DriverVolume volume) => await Driver.LookAsync(volume, default);

    protected bool Has(DriverTraits traits) => Bench.Traits.HasFlag(traits);
}
