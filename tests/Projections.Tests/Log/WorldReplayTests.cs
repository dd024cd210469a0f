using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>The world of any position, and the comparison of a live view with the log.</summary>
public sealed class WorldReplayTests
{
    private static readonly DomainEvent?[] Labels = [.. Enumerable.Range(1, 9).Select(index => new LabelAdded(index, $"l{index}", "0x000000"))];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_head_holds_everything()
    {
        var world = await WorldReplay.AtAsync(FakeLog.Of(Labels), null, null, Ct);
        Assert.Equal(9, world.Labels.Count);
        Assert.Equal(new LogPosition(9), world.Position);
    }

    [Fact]
    public async Task An_earlier_position_holds_what_came_before()
    {
        var world = await WorldReplay.AtAsync(FakeLog.Of(Labels), null, new LogPosition(4), Ct);
        Assert.Equal([1, 2, 3, 4], world.Labels.Keys);
        Assert.Equal(new LogPosition(4), world.Position);
    }

    [Fact]
    public async Task Before_everything_there_is_nothing() =>
        Assert.Equal(World.Empty, await WorldReplay.AtAsync(FakeLog.Of(Labels), null, LogPosition.Start, Ct));

    [Fact]
    public async Task A_position_after_the_head_is_the_head() =>
        Assert.Equal(new LogPosition(9), (await WorldReplay.AtAsync(FakeLog.Of(Labels), null, new LogPosition(99), Ct)).Position);

    [Fact]
    public async Task Only_what_follows_the_newest_usable_snapshot_is_read()
    {
        var log = FakeLog.Of(Labels);
        await log.SaveAsync(await WorldReplay.AtAsync(log, null, new LogPosition(3), Ct), Ct);
        await log.SaveAsync(await WorldReplay.AtAsync(log, null, new LogPosition(8), Ct), Ct);
        var before = log.Read;
        Assert.Equal(5, (await WorldReplay.AtAsync(log, log, new LogPosition(5), Ct)).Labels.Count);
        Assert.Equal(before + 2, log.Read);
    }

    [Fact]
    public async Task An_erased_event_folds_to_nothing()
    {
        var world = await WorldReplay.AtAsync(FakeLog.Of([Labels[0], null, Labels[1]]), null, null, Ct);
        Assert.Equal(2, world.Labels.Count);
        Assert.Equal(new LogPosition(3), world.Position);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(9)]
    public async Task A_gap_is_an_alarm(long position)
    {
        var log = FakeLog.Of(Labels);
        log.Add(position, Labels[0]);
        var gap = await Assert.ThrowsAsync<LogGapException>(() => WorldReplay.AtAsync(log, null, null, Ct));
        Assert.Equal((10, position), (gap.Expected.Value, gap.Found.Value));
    }

    [Fact]
    public void Replay_from_any_snapshot_equals_replay_of_everything() => Prop.ForAll(
        RandomWorld.Decisions,
        ArbMap.Default.ArbFor<uint>(),
        (decisions, at) => Run(decisions, at)).Check(Config.QuickThrowOnFailure);

    [Fact]
    public async Task A_rebuilt_view_equals_the_live_one()
    {
        var log = FakeLog.Of(Labels);
        var live = QubesXmlWriter.Write(await WorldReplay.AtAsync(log, null, new LogPosition(5), Ct));
        Assert.Null(await RebuildCheck.QubesXmlAsync(log, log, new LogPosition(5), live, Ct));
        var difference = await RebuildCheck.QubesXmlAsync(log, log, null, live, Ct);
        Assert.Equal(new RebuildDifference(8, "    <label id=\"label-6\" color=\"0x000000\">l6</label>", "  </labels>"), difference);
    }

    [Theory]
    [InlineData("a\nb\n", "a\nb\n", 0)]
    [InlineData("a\nb\n", "a\nb", 2)]
    [InlineData("a\nb\n", "a\nb\nc", 3)]
    [InlineData("", "x", 1)]
    [InlineData("x", "", 1)]
    public void A_difference_is_found_at_either_end(string rebuilt, string live, int line) =>
        Assert.Equal(line, RebuildCheck.Compare(Encoding.UTF8.GetBytes(rebuilt), Encoding.UTF8.GetBytes(live))?.Line ?? 0);

    private static void Run(int[] decisions, uint at)
    {
        var log = FakeLog.Of(WorldEvents.Of(RandomWorld.From(decisions)));
        var all = Completed(WorldReplay.AtAsync(log, null, null, CancellationToken.None));
        log.Snapshots.Add(Completed(WorldReplay.AtAsync(log, null, new LogPosition(at % (log.Events.Count + 1)), CancellationToken.None)));
        var tail = Completed(WorldReplay.AtAsync(log, log, null, CancellationToken.None));
        Assert.Equal(Worlds.Facts(all), Worlds.Facts(tail));
        Assert.Equal(all.Position, tail.Position);
    }

    /// <summary>FsCheck's properties are synchronous.</summary>
    private static World Completed(Task<World> replay) => replay.GetAwaiter().GetResult();
}
