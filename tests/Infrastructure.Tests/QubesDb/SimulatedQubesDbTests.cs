using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The databases of a described host are written and watched as real ones are.</summary>
public sealed class SimulatedQubesDbTests
{
    private static readonly QubeId Work = new(new Guid(1, 2, 3, new byte[8]));
    private static readonly Run Run = new("r", RunPhase.Spawned) { Xid = 7 };

    private readonly QubesDbFollower keys = new();
    private readonly SimulatedQubesDb database;
    private long position;

    public SimulatedQubesDbTests()
    {
        database = new SimulatedQubesDb(HostDescription.Parse("host.yaml", "qubesdb: {work: {/qubes-block-devices/sda/desc: x}}"), keys);
        keys.Sink = database;
        Commit([.. FreshSystem.Events(new HostFacts())]);
        Commit(
            new QubeAdded(Work, "work", QubeClass.StandaloneVM, 4, [], [], [], []), new StartRequested(Work, "r"), new QubeSpawning(Work, "r"),
            new QubeSpawned(Work, "r", 7, -1, null, 0));
    }

    [Fact]
    public async Task A_start_writes_every_key_and_changes_follow()
    {
        await StartAsync();
        Commit(new FeatureSet(Work, "vm-config.a", "1", null));
        var entries = (await database.ReadAsync("work", "/", CancellationToken.None))!.ToDictionary(entry => entry.UntrustedPath, entry => Encoding.UTF8.GetString(entry.UntrustedValue.Span));
        Assert.Equal("1", entries["/vm-config/a"]);
        Assert.Equal("x", entries["/qubes-block-devices/sda/desc"]);
        Assert.Equal(88, entries["/qubes-random-seed"].Length);
        Assert.All(keys.Current.Find(Work)!.Keys.Keys, path => Assert.Contains(path, entries.Keys));

        Commit(new FeatureRemoved(Work, "vm-config.a"));
        Assert.Empty((await database.ReadAsync("work", "/vm-config/", CancellationToken.None))!);
        await database.CloseAsync(Work, CancellationToken.None);
        Assert.Null(await database.ReadAsync("work", "/", CancellationToken.None));
    }

    [Fact]
    public async Task Nothing_is_written_into_a_database_that_is_not_there()
    {
        Commit(new FeatureSet(Work, "vm-config.a", "1", null));
        await database.WriteAsync(Work, Run, CancellationToken.None);
        Assert.Null(await database.ReadAsync("work", "/", CancellationToken.None));
    }

    [Fact]
    public async Task Watched_keys_are_told_of_whoever_writes_them()
    {
        await StartAsync();
        database.Write("work", "/qubes-block-devices/sdb/desc", "y"u8);
        database.Write("work", "/qubes-block-devices", ""u8);
        Assert.Equal(new DatabaseNotice(Work, "/qubes-block-devices"), await FirstAsync());
        await database.WriteAsync(Work, Run, CancellationToken.None);
        Assert.Equal(new DatabaseNotice(Work, "/qubes-block-devices"), await FirstAsync());
    }

    private async Task StartAsync()
    {
        await database.OpenAsync(Work, Run, CancellationToken.None);
        await database.WriteAsync(Work, Run, CancellationToken.None);
        await database.WatchAsync(Work, Run, CancellationToken.None);
    }

    private void Commit(params DomainEvent[] events) => keys.Committed([.. events.Select(@event => new RecordedEvent(
        new LogPosition(++position), Guid.Empty, @event.Stream, default, DateTimeOffset.UnixEpoch, "", @event, null))]);

    private async Task<DatabaseNotice> FirstAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var notice in database.Notices.ReadAllAsync(patience.Token))
        {
            return notice;
        }

        throw new InvalidOperationException("no notice came");
    }
}
