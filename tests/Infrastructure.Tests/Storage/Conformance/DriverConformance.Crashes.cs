using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <content>The law of crashes: each operation is ended at each of its steps, and then repeated by a fresh driver, or its volume is removed.</content>
public abstract partial class DriverConformance
{
    private const int MostSteps = 500;

    public static TheoryData<string> Operation =>
    [
        "create", "start", "start again", "stop", "start snapshot", "stop snapshot", "start volatile", "stop volatile", "prepare import", "prepare again", "clone", "commit",
        "commit over a run", "discard", "resize", "resize running", "snapshot", "revert", "remove", "start without snapshots", "stop without snapshots",
    ];

    [Theory]
    [MemberData(nameof(Operation))]
    public async Task An_operation_that_ended_anywhere_is_finished_by_repeating_it(string name)
    {
        var points = await EveryStep(name, async (act, volume, expected) =>
        {
            var fresh = Bench.Driver();
            var found = await fresh.LookAsync(volume, default);
            if (expected.Committed is not null && found.Exists && Bench.CanExport(volume, found.IsDirty))
            {
                Assert.Contains(await LetterOf(fresh, volume, expected), expected.Committed);
            }

            await act(fresh, volume);
            await act(fresh, volume);
            await ExpectAsync(fresh, volume, expected);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: ended at {points} steps");
    }

    [Theory]
    [MemberData(nameof(Operation))]
    public async Task An_operation_that_ended_anywhere_leaves_nothing_once_its_volume_is_removed(string name)
    {
        await EveryStep(name, async (_, volume, _) =>
        {
            var fresh = Bench.Driver();
            await fresh.StopAsync(volume, default);
            await fresh.DiscardImportAsync(volume, default);
            await fresh.RemoveAsync(volume, default);
            if (volume.Source is { } source)
            {
                await fresh.RemoveAsync(source, default);
            }

            await fresh.RemoveAsync(Bench.Origin("other"), default);
            Assert.Empty(Bench.Remains());
        });
    }

    [Theory]
    [MemberData(nameof(Operation))]
    public async Task An_operation_that_is_ended_again_and_again_is_finished_at_last(string name)
    {
        RequireOffered(name);
        var (volume, act, expected) = await Arrange(name);
        for (var step = 1; ; step++)
        {
            Assert.True(step < MostSteps, $"{name} has no end");
            try
            {
                await act(Bench.Driver(new StopAtStep(step)), volume);
                break;
            }
            catch (EndOfProcessException)
            {
                // The next daemon comes one step further.
            }
        }

        await ExpectAsync(Bench.Driver(), volume, expected);
    }

    // Ends the operation before its first step, its second … until it runs through; gives the number of steps.
    private async Task<int> EveryStep(string name, Func<Act, DriverVolume, Expected, Task> check)
    {
        RequireOffered(name);
        for (var step = 1; step < MostSteps; step++)
        {
            var (volume, act, letters) = await Arrange(name);
            var steps = new StopAtStep(step);
            try
            {
                await act(Bench.Driver(steps), volume);
            }
            catch (EndOfProcessException)
            {
                await check(act, volume, letters);
                await Reset(volume);
                continue;
            }

            await ExpectAsync(Bench.Driver(), volume, letters);
            await Reset(volume);
            Assert.True(steps.Seen.Count < step, $"the end of the process was caught: {string.Join(", ", steps.Seen)}");
            return steps.Seen.Count;
        }

        throw new InvalidOperationException($"{name} has no end");
    }

    private void RequireOffered(string name)
    {
        Assert.SkipWhen(name == "revert" && !Has(DriverTraits.Reverts), "it cannot go back");
        Assert.SkipWhen(name == "snapshot" && !Has(DriverTraits.Reverts), "it keeps no revisions on demand");
        Assert.SkipWhen(name is "start snapshot" or "stop snapshot" && !Has(DriverTraits.RunsWithoutDevices), "what a run writes goes to a device");
        Assert.SkipWhen(name == "commit over a run" && !Has(DriverTraits.ImportsRunning), "it takes no data while it runs");
    }

    private async Task<(DriverVolume Volume, Act Act, Expected Expected)> Arrange(string name)
    {
        switch (name)
        {
            case "create":
                return (Bench.Origin(), (driver, volume) => driver.CreateAsync(volume, mayExist: true, default), new("-", null, 0));
            case "start" or "start again":
                var started = await Created('a', revisions: 3);
                await (name == "start" ? ValueTask.CompletedTask : new ValueTask(Run(started, 'b')));
                return (started, (driver, volume) => driver.StartAsync(volume, default), name == "start" ? new("a", 'a', 0) : new("b", 'b', 1));
            case "stop":
                var stopped = await Created('z');
                await Run(stopped, 'a'); // so that one revision has to make room
                return (await Running(stopped, 'b'), (driver, volume) => driver.StopAsync(volume, default), new("ab", null, 1));
            case "start snapshot":
                return (Bench.Snapshot(await Created('a', "tpl", "root")), (driver, volume) => driver.StartAsync(volume, default), new(null, 'a', 0));
            case "stop snapshot":
                return (await Running(Bench.Snapshot(await Created('a', "tpl", "root")), 'b'), (driver, volume) => driver.StopAsync(volume, default), new(null, null, 0));
            case "start volatile":
                return (await Running(Bench.Volatile(), 'b'), (driver, volume) => driver.StartAsync(volume, default), new(null, '-', 0));
            case "stop volatile":
                return (await Running(Bench.Volatile(), 'b'), (driver, volume) => driver.StopAsync(volume, default), new(null, null, 0));
            case "remove":
                var removed = await Created('a', revisions: 3);
                await Run(removed, 'b');
                return (removed, (driver, volume) => driver.RemoveAsync(volume, default), new("b", null, null));
            case "resize running":
                return (await Running(await Created('a'), 'b'), (driver, volume) => driver.ResizeAsync(volume, 3 * StorageBench.Size, default), new("ab", null, 0));
            case "start without snapshots":
                return (Keeping(await Created('a'), -1), (driver, volume) => driver.StartAsync(volume, default), new("a", 'a', 0));
            case "stop without snapshots":
                return (await Running(Keeping(await Created('a'), -1), 'b'), (driver, volume) => driver.StopAsync(volume, default), new("b", null, 0));
            default:
                return await ArrangeNewData(name);
        }
    }

    private async Task<(DriverVolume Volume, Act Act, Expected Expected)> ArrangeNewData(string name)
    {
        var volume = await Created('a', revisions: 3);
        switch (name)
        {
            case "prepare import" or "prepare again":
                await (name == "prepare again" ? Prepare(volume, 'b') : Task.CompletedTask);
                return (volume, async (driver, to) => Assert.Equal('-', Bench.Read(await driver.PrepareImportAsync(to, StorageBench.Size, default))), new("a", null, 0));
            case "clone":
                var source = await Created('b', "other");
                return (volume, async (driver, to) => Assert.True(await driver.PrepareCloneAsync(to, source, default)), new("a", null, 0));
            case "commit" or "commit over a run":
                volume = Keeping(volume, 1);
                await Run(volume, 'a');
                await (name == "commit" ? Task.FromResult(volume) : Running(volume, 'a'));
                await Prepare(volume, 'b');
                return (volume, (driver, to) => driver.CommitImportAsync(to, default), new("ab", name == "commit" ? null : 'a', 1));
            case "discard":
                await Prepare(volume, 'b');
                return (volume, (driver, to) => driver.DiscardImportAsync(to, default), new("a", null, 0));
            case "resize":
                await Run(volume, 'b');
                return (volume, async (driver, to) => await driver.ResizeAsync(to, 3 * StorageBench.Size, default), new("b", null, 1) { Resized = true });
            case "snapshot":
                return (volume, (driver, to) => driver.SnapshotAsync(to, default), new("a", null, 1));
            case "revert":
                await Run(volume, 'b');
                var revision = Assert.Single((await Look(volume)).Revisions).Name;
                return (volume, (driver, to) => driver.RevertAsync(to, revision, default), new("ba", null, null));
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "no such operation");
        }
    }

    // What holds once the operation is done: the last of the letters is committed, the run has its letter, as many revisions are there.
    private async Task ExpectAsync(IVolumeDriver driver, DriverVolume volume, Expected expected)
    {
        var condition = await driver.LookAsync(volume, default);
        if (condition.Exists && expected.Committed is { } letters && Bench.CanExport(volume, condition.IsDirty))
        {
            Assert.Equal(condition.IsDirty && expected.Running is null ? letters[0] : letters[^1], await LetterOf(driver, volume, expected));
        }

        if (expected.Running is { } letter)
        {
            Assert.Equal(letter, Bench.Read(Bench.RunPath(volume)));
        }

        if (expected.Revisions is { } revisions && Has(DriverTraits.KeepsRevisions))
        {
            Assert.Equal(revisions, condition.Revisions.Count);
        }

        if (Has(DriverTraits.FindsStrays))
        {
            DriverVolume[] known = [volume, Bench.Origin("other"), .. volume.Source is { } source ? new[] { source } : []];
            Assert.DoesNotContain(await driver.FindStraysAsync(Bench.Pool, known, default), stray => stray.IsLeftOver);
        }
    }

    private async Task<char> LetterOf(IVolumeDriver driver, DriverVolume volume, Expected expected)
    {
        var path = await driver.ExportAsync(volume, default);
        var letter = expected.Resized ? FirstLetter(path) : Bench.Read(path);
        await driver.EndExportAsync(volume, path, default);
        return letter;
    }

    // A volume that grew has nothing at its end.
    private char FirstLetter(string path)
    {
        using var file = File.OpenHandle(Bench.OnDisk(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> first = stackalloc byte[1];
        return RandomAccess.Read(file, first, 0) == 1 ? (char)first[0] : '-';
    }

    private async Task<DriverVolume> Running(DriverVolume volume, char letter)
    {
        await Driver.StartAsync(volume, default);
        Bench.Write(Bench.RunPath(volume), letter);
        return volume;
    }

    private async Task Prepare(DriverVolume volume, char letter) => Bench.Write(await Driver.PrepareImportAsync(volume, StorageBench.Size, default), letter);

    private async Task Reset(DriverVolume volume)
    {
        foreach (var gone in new[] { volume, volume.Source, Bench.Origin("other") }.OfType<DriverVolume>())
        {
            await Driver.StopAsync(gone, default);
            await Driver.RemoveAsync(gone, default);
        }
    }

    private delegate ValueTask Act(IVolumeDriver driver, DriverVolume volume);

    /// <summary>What an operation comes to: the letters that the committed data may hold on the way (old first, new last), the letter that a run has then, and the number of revisions; null where
    /// there is none of it.</summary>
    private sealed record Expected(string? Committed, char? Running, int? Revisions)
    {
        public bool Resized { get; init; }
    }
}
