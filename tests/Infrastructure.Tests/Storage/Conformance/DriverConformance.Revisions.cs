using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <content>Revisions and strays.</content>
public abstract partial class DriverConformance
{
    [Fact]
    public async Task As_many_revisions_are_kept_as_configured()
    {
        Assert.SkipUnless(Has(DriverTraits.KeepsRevisions), "it keeps no revisions by number");
        var volume = await Created('a', revisions: 2);
        foreach (var letter in "bcde")
        {
            await Run(volume, letter);
        }

        Assert.Equal(2, (await Look(volume)).Revisions.Count);
        await Import(volume, 'f');
        Assert.Equal(2, (await Look(volume)).Revisions.Count);
        await Run(Keeping(volume, 0), 'g');
        Assert.Empty((await Look(volume)).Revisions);
        Assert.Equal('g', (await Committed(volume)).Letter);
    }

    [Fact]
    public async Task Repeated_operations_keep_no_revision_twice()
    {
        Assert.SkipUnless(Has(DriverTraits.KeepsRevisions), "it keeps no revisions by number");
        var volume = await Created('a', revisions: 9);
        await Run(volume, 'b');
        await Driver.StopAsync(volume, default);
        await Driver.StopAsync(volume, default);
        await Import(volume, 'c');
        await Driver.CommitImportAsync(volume, default);

        Assert.Equal(2, (await Look(volume)).Revisions.Count);
        Assert.Equal('c', (await Committed(volume)).Letter);
    }

    [Fact]
    public async Task A_volume_goes_back_to_a_revision_and_keeps_what_it_was()
    {
        Assert.SkipUnless(Has(DriverTraits.KeepsRevisions | DriverTraits.Reverts), "it cannot go back");
        var volume = await Created('a', revisions: 9);
        await Run(volume, 'b');
        await Run(volume, 'c');
        var oldest = (await Look(volume)).Revisions[0].Name;
        await Driver.RevertAsync(volume, oldest, default);

        Assert.Equal('a', (await Committed(volume)).Letter);
        await Driver.StartAsync(volume, default);
        Assert.Equal('a', Bench.Read(Bench.RunPath(volume)));
    }

    [Fact]
    public async Task A_volume_that_is_not_stopped_cleanly_does_not_go_back()
    {
        Assert.SkipUnless(Has(DriverTraits.KeepsRevisions | DriverTraits.Reverts), "it cannot go back");
        var volume = await Created('a', revisions: 9);
        await Run(volume, 'b');
        await Driver.StartAsync(volume, default);
        Bench.Write(Bench.RunPath(volume), 'c');

        await Assert.ThrowsAsync<StorageRefusedException>(async () => await Driver.RevertAsync(volume, (await Look(volume)).Revisions[0].Name, default));
        await Driver.StopAsync(volume, default);
        Assert.Equal('c', (await Committed(volume)).Letter);
    }

    [Fact]
    public async Task What_is_no_revision_of_the_volume_is_not_gone_back_to()
    {
        var volume = await Created('a');
        await Assert.ThrowsAnyAsync<DomainException>(async () => await Driver.RevertAsync(volume, "../x", default));
        Assert.Equal('a', (await Committed(volume)).Letter);
    }

    [Fact]
    public async Task The_committed_data_is_kept_as_a_revision_on_demand()
    {
        Assert.SkipUnless(Has(DriverTraits.KeepsRevisions | DriverTraits.Reverts), "it keeps no revisions on demand");
        var volume = await Created('a', revisions: 2);
        await Driver.SnapshotAsync(volume, default);
        await Driver.SnapshotAsync(volume, default);
        var revision = Assert.Single((await Look(volume)).Revisions);
        await Run(volume, 'b');
        await Driver.RevertAsync(volume, revision.Name, default);

        Assert.Equal('a', (await Committed(volume)).Letter);
    }

    [Fact]
    public async Task A_volume_without_snapshots_runs_on_its_own_data()
    {
        var volume = Keeping(await Created('a'), -1);
        await Run(volume, 'b');
        Assert.Equal('b', (await Committed(volume)).Letter);
        await Run(volume, 'c');
        await Driver.StopAsync(volume, default);

        Assert.Equal('c', (await Committed(volume)).Letter);
        Assert.True((await Look(volume)).Exists);
        Assert.Empty((await Look(volume)).Revisions);
    }

    [Fact]
    public async Task Left_overs_are_found_and_go_and_what_is_known_stays()
    {
        Assert.SkipUnless(Has(DriverTraits.FindsStrays), "it has none");
        var known = await Created('a', revisions: 3);
        await Run(known, 'b');
        var waiting = await Created('a', "waiting");
        await Driver.PrepareImportAsync(waiting, StorageBench.Size, default);
        await Driver.StartAsync(known, default);
        Assert.Empty(await Driver.FindStraysAsync(Bench.Pool, [known, waiting], default));

        var other = await Created('c', "other");
        Assert.SkipUnless(Bench.LeaveBehind(known), "nothing can be left");
        var strays = await Driver.FindStraysAsync(Bench.Pool, [known, waiting], default);
        Assert.Single(strays, stray => stray.IsLeftOver);
        Assert.Contains(strays, stray => !stray.IsLeftOver);
        foreach (var stray in strays.Where(stray => stray.IsLeftOver))
        {
            await Driver.RemoveStrayAsync(Bench.Pool, stray, [known, waiting], default);
        }

        Assert.All(await Driver.FindStraysAsync(Bench.Pool, [known, waiting], default), stray => Assert.False(stray.IsLeftOver));
        Assert.Equal('c', (await Committed(other)).Letter);
        Assert.Empty(await Driver.FindStraysAsync(Bench.Pool, [known, waiting, other], default));
        foreach (var stray in strays.Where(stray => !stray.IsLeftOver))
        {
            await Assert.ThrowsAsync<StorageRefusedException>(async () => await Driver.RemoveStrayAsync(Bench.Pool, stray, [known, waiting, other], default));
        }

        Assert.Equal('c', (await Committed(other)).Letter);
    }

    private static DriverVolume Keeping(DriverVolume volume, long revisions) => volume with { Config = volume.Config with { RevisionsToKeep = revisions } };
}
