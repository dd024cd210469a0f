using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Snapshots that are missing are made, and those that must not be used go.</summary>
public sealed class SnapshotBackfillTests(TestServer server) : IAsyncLifetime
{
    private const string Positions = "select position::text from qubes.qubes_snapshots order by position";

    private static readonly LogPosition Head = new(50);

    private TestDatabase database = null!; // made before each test
    private EventLogHost log = null!; // likewise

    private SnapshotBackfill Backfill => new(log, TimeProvider.System, static _ => { }, reason => throw reason);

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(server);
        log = await database.OpenAsync(options => options with { SnapshotEvery = 16 });
        DomainEvent[] events = // the even ones add a label that the next one removes
        [
            new LabelAdded(1, "red", "0xff0000"),
            .. Enumerable.Range(2, 49).Select(number => number % 2 == 0 ? (DomainEvent)new LabelAdded(number, Text(number), "0x000000") : new LabelRemoved(number - 1)),
        ];
        await log.Appender.AppendAsync([.. events.Select(@event => new PendingEvent(@event, Given.Time, Given.Metadata))], default);
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_log_without_snapshots_gets_one_at_the_beginning_of_each_stretch()
    {
        Assert.Equal(3, await Backfill.FillAsync(rests: false, default));
        Assert.Equal(["16", "32", "48"], await database.ListAsync(Positions));
        var stock = await log.Snapshots.LookAsync(Head, default);
        Assert.Empty(stock.Missing);
        Assert.Equal(0, stock.Others);
        Assert.True(stock.Bytes > 0);
        Assert.Equal(0, await Backfill.FillAsync(rests: false, default));
        foreach (var position in Enumerable.Range(1, 50))
        {
            var found = await WorldReplay.AtAsync(log.Reader, log.Snapshots, new LogPosition(position), default);
            var whole = await WorldReplay.AtAsync(log.Reader, null, new LogPosition(position), default);
            Assert.Equal(RandomWorlds.Describe(whole), RandomWorlds.Describe(found));
        }
    }

    [Theory]
    [InlineData("update qubes.qubes_snapshots set format = 77")]
    [InlineData("update qubes.qubes_snapshots set data = overlay(data placing '\\x00112233445566778899aabbccddeeff' from 13)")]
    public async Task Snapshots_of_another_format_or_build_are_made_anew(string sql)
    {
        await Backfill.FillAsync(rests: false, default);
        var before = await database.ListAsync(Positions);
        await database.ExecuteAsync(sql);
        await database.ExecuteAsync("insert into qubes.qubes_snapshots values (1, 77, '', now(), '')");
        Assert.Null(await log.Snapshots.FindAsync(null, default));
        Assert.Equal(3, await Backfill.FillAsync(rests: false, default));
        Assert.Equal(before, await database.ListAsync(Positions));
        Assert.Empty((await log.Snapshots.LookAsync(Head, default)).Missing);
    }

    [Fact]
    public async Task What_was_erased_is_in_no_snapshot_and_they_are_made_anew()
    {
        await Backfill.FillAsync(rests: false, default);
        var since = log.Snapshots.Drops;
        var stale = await WorldReplay.AtAsync(log.Reader, null, Head, default);
        using var stopping = new CancellationTokenSource();
        var running = Task.Run(() => Backfill.RunAsync(stopping.Token), TestContext.Current.CancellationToken);
        await log.Eraser.EraseAsync([new LogPosition(5)], default);
        Assert.False(await log.Snapshots.SavePastAsync(stale, since, default));
        await Wait.UntilAsync(async () => (await log.Snapshots.LookAsync(Head, default)).Missing.Count == 0);
        await stopping.CancelAsync();
        await Task.WhenAny(running);
        var world = await WorldReplay.AtAsync(log.Reader, log.Snapshots, Head, default);
        Assert.Equal([1, 4, 50], world.Labels.Keys); // the removal of 4 was erased
    }

    [Fact]
    public async Task A_snapshot_that_was_begun_before_a_part_was_dropped_is_not_kept()
    {
        var since = log.Snapshots.Drops;
        var stale = await WorldReplay.AtAsync(log.Reader, null, new LogPosition(5), default);
        await log.Snapshots.DropBetweenAsync(new LogPosition(3), new LogPosition(9), default);
        Assert.False(await log.Snapshots.SavePastAsync(stale, since, default));
    }

    [Theory]
    [InlineData(1000, 0, 1000)]
    [InlineData(1000, 256_000, 1000)]
    [InlineData(1000, 256_001, 2000)]
    [InlineData(1000, 1_000_000, 4000)]
    [InlineData(1, 300, 2)]
    public void Large_snapshots_lie_farther_apart(int every, long bytes, long spacing) => Assert.Equal(spacing, SnapshotSpacing.Of(every, bytes));

    [Fact]
    public void Each_stretch_up_to_the_head_wants_a_snapshot_but_the_first()
    {
        Assert.Equal([10L, 20, 30], SnapshotSpacing.Missing([], 10, 30));
        Assert.Equal([20L], SnapshotSpacing.Missing([3, 19, 30], 10, 39));
        Assert.Empty(SnapshotSpacing.Missing([], 10, 9));
    }

    private static string Text(int number) => "l" + number.ToString(CultureInfo.InvariantCulture);
}
