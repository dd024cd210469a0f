using System.Text.Json.Nodes;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class ReaderTests(TestServer server) : IAsyncLifetime
{
    private TestDatabase database = null!; // made before each test
    private EventLogHost log = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(server);
        log = await database.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Any_part_of_the_log_can_be_read()
    {
        Assert.Empty(await log.ReadAllAsync());
        Assert.Equal(LogPosition.Start, await log.Reader.HeadAsync(default));
        await log.Appender.AppendAsync(Given.Tags(1, Enumerable.Range(1, 500).Select(number => "t" + number)), default);
        Assert.Equal(new LogPosition(500), await log.Reader.HeadAsync(default));
        Assert.Equal(500, (await log.ReadAllAsync()).Count);
        Assert.Equal([4, 5, 6], (await log.ReadAllAsync(3, 6)).Select(@event => @event.Position.Value));
        Assert.Equal([499, 500], (await log.ReadAllAsync(498)).Select(@event => @event.Position.Value));
        Assert.Empty(await log.ReadAllAsync(500));
        Assert.Empty(await log.ReadAllAsync(5, 5));
    }

    [Fact]
    public async Task Reading_may_end_early_again_and_again()
    {
        await log.Appender.AppendAsync(Given.Tags(1, Enumerable.Range(1, 3000).Select(number => new string('x', 500) + number)), default);
        for (var round = 0; round < 20; round++)
        {
            await foreach (var @event in log.Reader.ReadAsync(LogPosition.Start, null, default))
            {
                if (@event.Position.Value == 5)
                {
                    break;
                }
            }
        }

        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var @event in log.Reader.ReadAsync(LogPosition.Start, null, cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
        Assert.Equal(3000, (await log.ReadAllAsync()).Count);
    }

    [Fact]
    public async Task Large_events_are_read_whole()
    {
        var notes = new NotesSet(Given.Qube(1), new string('é', 200_000));
        await log.Appender.AppendAsync([new PendingEvent(notes, Given.Time, Given.Metadata), Given.Tag(1, "a")], default);
        Assert.Equal([notes, new TagAdded(Given.Qube(1), "a")], (await log.ReadAllAsync()).Select(@event => @event.Event));
    }

    [Theory]
    [InlineData("type = 'tag-frobnicate'", "tag-frobnicate")]
    [InlineData("data = '{}'", "tag-add")]
    [InlineData("data = 'null'", "tag-add")]
    [InlineData("data = '{\"Qube\": 1, \"Tag\": \"a\"}'", "tag-add")]
    [InlineData("headers = null", "tag-add")]
    [InlineData("headers = '[]'", "tag-add")]
    [InlineData("headers = headers || '{\"Peer\": 1}'", "tag-add")]
    [InlineData("headers = headers || '{\"Announced\": 1}'", "tag-add")]
    public async Task An_event_that_cannot_be_read_is_named(string change, string alias)
    {
        await log.Appender.AppendAsync(Given.Tags(1, "a", "b", "c"), default);
        await database.ExecuteAsync($"update qubes.mt_events set {change} where seq_id = 2");
        var unknown = await Assert.ThrowsAsync<UnknownEventException>(() => log.ReadAllAsync());
        Assert.Equal((2, alias), (unknown.Position.Value, unknown.Type));
        Assert.Single(await log.ReadAllAsync(0, 1));
        Assert.Single(await log.ReadAllAsync(2));
    }

    [Fact]
    public async Task An_old_alias_is_read_through_its_upcaster_and_keeps_its_name()
    {
        await log.Appender.AppendAsync(Given.Tags(1, "a"), default);
        await database.ExecuteAsync("update qubes.mt_events set type = 'tag-put', data = jsonb_build_object('Vm', data -> 'Qube', 'Tag', data -> 'Tag')");
        await log.DisposeAsync();
        log = await database.OpenAsync(options => options with { Upcasters = [new TagPut()] });
        var read = Assert.Single(await log.ReadAllAsync());
        Assert.Equal(new TagAdded(Given.Qube(1), "a"), read.Event);
        Assert.Equal("tag-put", read.Type);
    }

    [Fact]
    public async Task Readers_report_a_server_that_is_gone()
    {
        await server.ExecuteAsync($"alter database {new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database} allow_connections false");
        await database.TerminateAsync(server);
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.Reader.HeadAsync(default));
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.ReadAllAsync());
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.Verifier.VerifyAsync(LogPosition.Start, default, default));
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.Checkpoints.FindAsync("View:All", default));
    }

    private sealed class TagPut : IUpcaster
    {
        public string Alias => "tag-put";

        public string NewAlias => "tag-add";

        public JsonObject Upcast(JsonObject payload) => new() { ["Qube"] = payload["Vm"]?.DeepClone(), ["Tag"] = payload["Tag"]?.DeepClone() };
    }
}
