using System.Collections.Immutable;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class AppendTests(TestServer server) : IAsyncLifetime
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
    public async Task What_was_appended_is_read_back_as_it_was_returned()
    {
        var announced = Given.Metadata with
        {
            CausationId = null,
            Peer = null,
            Argument = "",
            Destination = "",
            Announced = [new Announcement(Given.Qube(1), "work", "domain-tag-add:a", [new AnnouncementArgument("tag", "a\0\ud800")]), new Announcement(null, "", "x", [])],
        };
        var returned = new List<RecordedEvent>();
        returned.AddRange(await log.Appender.AppendAsync([.. SampleEvents.All.Select(sample => new PendingEvent(sample, Given.Time, Given.Metadata))], default));
        returned.AddRange(await log.Appender.AppendAsync([Given.Tag(1, "a", metadata: announced)], default));
        returned.AddRange(await log.Appender.AppendAsync([Given.Tag(1, "b")], default));
        var read = await log.ReadAllAsync();
        Assert.Equal(returned, read);
        Assert.Equal(announced, read[SampleEvents.All.Count].Metadata);
        Assert.Equal(Enumerable.Range(1, returned.Count).Select(number => (long)number), read.Select(@event => @event.Position.Value));
        Assert.Equal(returned.Count, log.Appender.Head.Value);
    }

    [Fact]
    public async Task Positions_and_versions_are_dense_across_commits_of_any_size()
    {
        foreach (var size in new[] { 1, 3, 1, 1, 50, 2 })
        {
            await log.Appender.AppendAsync([.. Enumerable.Range(0, size).Select(number => Given.Tag(number % 7, "t"))], default);
        }

        Assert.Equal(58, await database.QueryAsync<long>("select max(seq_id) from qubes.mt_events"));
        Assert.Equal(58, await database.QueryAsync<long>("select count(*) from qubes.mt_events"));
        Assert.Equal(0, await database.QueryAsync<long>("""
            select count(*) from (select version - row_number() over (partition by stream_id order by seq_id) as gap from qubes.mt_events) as gaps where gap <> 0
            """));
        Assert.Equal(0, await database.QueryAsync<long>("""
            select count(*) from qubes.mt_streams s where version <> (select count(*) from qubes.mt_events e where e.stream_id = s.id)
                or timestamp <> (select max(timestamp) from qubes.mt_events e where e.stream_id = s.id)
                or created <> (select min(timestamp) from qubes.mt_events e where e.stream_id = s.id)
                or type <> 'qube' or tenant_id <> '*DEFAULT*' or is_archived
            """));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task All_fifteen_columns_are_written(int size)
    {
        await log.Appender.AppendAsync([Given.Tag(1, "first")], default);
        await log.Appender.AppendAsync([.. Enumerable.Repeat(Given.Tag(1, "audio"), size)], default);
        Assert.Equal(
            [$$"""
            2|{{"qube-" + Given.Qube(1)}}|2|{"Tag": "audio", "Qube": "{{Given.Qube(1)}}"}|-|tag-add|2026-05-04 03:02:01.234+00|*DEFAULT*|Qubes.Cqrs.Domain.TagAdded, Qubes.Cqrs.Domain|request-1|request-0|dom0|f|{"Peer": {"UserId": 1000, "Command": "qvm-tags", "ProcessId": 4711}, "Method": "admin.vm.tag.Set", "Schema": 1, "Argument": "audio", "Retention": "Configuration", "Destination": "work"}
            """],
            await database.ListAsync("""
                select concat_ws('|', seq_id, stream_id, version, data, coalesce(bdata::text, '-'), type, timestamp at time zone 'utc' || '+00', tenant_id, mt_dotnet_type,
                    correlation_id, causation_id, user_name, is_archived, headers - '{Salt,Digest,Hash}'::text[])
                from qubes.mt_events where seq_id = 2
                """));
        Assert.Equal(
            "32 64 64",
            await database.QueryAsync<string>(
                "select length(headers ->> 'Salt') || ' ' || length(headers ->> 'Digest') || ' ' || length(headers ->> 'Hash') from qubes.mt_events where seq_id = 2"));
    }

    [Fact]
    public async Task Time_has_whole_microseconds_and_never_goes_back()
    {
        var first = await log.Appender.AppendAsync([Given.Tag(1, "a", Given.Time.AddTicks(7)), Given.Tag(1, "b", Given.Time.AddSeconds(-1))], default);
        var second = await log.Appender.AppendAsync([Given.Tag(1, "c", Given.Time.AddDays(-1)), Given.Tag(1, "d", Given.Time.AddTicks(19))], default);
        Assert.Equal([Given.Time, Given.Time, Given.Time, Given.Time.AddTicks(10)], first.Concat(second).Select(@event => @event.Time));
        await log.DisposeAsync();
        log = await database.OpenAsync();
        var third = await log.Appender.AppendAsync([Given.Tag(1, "e", Given.Time)], default);
        Assert.Equal(Given.Time.AddTicks(10), third[0].Time);
        Assert.Equal(TimeSpan.Zero, third[0].Time.Offset);
    }

    [Fact]
    public async Task A_second_writer_is_turned_away_and_the_first_goes_on()
    {
        await log.Appender.AppendAsync([Given.Tag(1, "a")], default);
        var refused = await Assert.ThrowsAsync<WriterLostException>(() => database.OpenAsync(options => options with { LockTimeout = TimeSpan.FromMilliseconds(100) }));
        Assert.Contains("Another qubesd", refused.Message, StringComparison.Ordinal);
        await log.Appender.AppendAsync([Given.Tag(1, "b")], default);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Nothing_is_appended_under_an_epoch_that_is_over(int size)
    {
        await log.Appender.AppendAsync([Given.Tag(1, "a")], default);
        await database.ExecuteAsync("update qubes.qubes_writer set epoch = epoch + 1");
        var batch = Enumerable.Repeat(Given.Tag(1, "b"), size).ToImmutableArray();
        await Assert.ThrowsAsync<WriterLostException>(() => log.Appender.AppendAsync(batch, default).AsTask());
        await Assert.ThrowsAsync<WriterLostException>(() => log.Appender.AppendAsync(batch, default).AsTask());
        Assert.Equal(1, await database.QueryAsync<long>("select count(*) from qubes.mt_events"));
        Assert.Equal(1, await database.QueryAsync<long>("select version from qubes.mt_streams"));
    }

    [Theory]
    [InlineData("update qubes.mt_streams set version = 2", 1)]
    [InlineData("update qubes.mt_streams set version = 2", 2)]
    [InlineData("insert into qubes.mt_events select 2, id, stream_id, 2, data, bdata, type, timestamp, tenant_id, mt_dotnet_type from qubes.mt_events", 1)]
    [InlineData("insert into qubes.mt_events select 2, id, stream_id, 2, data, bdata, type, timestamp, tenant_id, mt_dotnet_type from qubes.mt_events", 2)]
    [InlineData("insert into qubes.mt_events select 9, id, stream_id, 2, data, bdata, type, timestamp, tenant_id, mt_dotnet_type from qubes.mt_events", 1)]
    [InlineData("delete from qubes.mt_streams", 1)]
    [InlineData("delete from qubes.mt_streams", 2)]
    public async Task What_somebody_else_wrote_stops_the_writer(string sql, int size)
    {
        await log.Appender.AppendAsync([Given.Tag(1, "a")], default);
        await database.ExecuteAsync(sql);
        var before = await database.QueryAsync<long>("select count(*) from qubes.mt_events");
        await Assert.ThrowsAsync<WriterLostException>(() => log.Appender.AppendAsync([.. Enumerable.Repeat(Given.Tag(1, "b"), size)], default).AsTask());
        Assert.Equal(before, await database.QueryAsync<long>("select count(*) from qubes.mt_events"));
    }

    [Fact]
    public async Task A_stream_that_somebody_else_began_stops_the_writer()
    {
        await database.ExecuteAsync($"insert into qubes.mt_streams (id, type, version) values ('qube-{Given.Qube(1)}', 'qube', 1)");
        await Assert.ThrowsAsync<WriterLostException>(() => log.Appender.AppendAsync([Given.Tag(1, "b")], default).AsTask());
        Assert.Equal(0, await database.QueryAsync<long>("select count(*) from qubes.mt_events"));
    }

    [Theory]
    [InlineData("53100", "its disk is full", 1)]
    [InlineData("53100", "its disk is full", 4)]
    [InlineData("53200", "out of memory", 1)]
    [InlineData("25006", "takes no writes", 2)]
    [InlineData("57014", "took too long", 1)]
    [InlineData("XX000", "reports an error", 1)]
    public async Task A_failure_of_the_server_appends_nothing_and_leaves_no_gap(string state, string text, int size)
    {
        await log.Appender.AppendAsync([Given.Tag(1, "a")], default);
        await database.ExecuteAsync($$"""
            create function fail() returns trigger language plpgsql as $$ begin raise exception 'test' using errcode = '{{state}}'; end; $$;
            create trigger fail after insert on qubes.mt_events for each statement execute function fail();
            """.Replace("$$", "$body$", StringComparison.Ordinal));
        var failing = Enumerable.Repeat(Given.Tag(1, "lost"), size).Append(Given.Tag(2, "lost")).Take(size).ToImmutableArray();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var failure = await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.Appender.AppendAsync(failing, default).AsTask());
            Assert.Contains(text, failure.Message, StringComparison.Ordinal);
            Assert.Contains(state, failure.Message, StringComparison.Ordinal);
        }

        await database.ExecuteAsync("drop trigger fail on qubes.mt_events");
        if (log.Appender.NeedsRecovery)
        {
            Assert.Empty(await log.Appender.RecoverAsync(default)); // the driver gives a connection up after errors of some classes
        }

        var recorded = await log.Appender.AppendAsync([Given.Tag(1, "b"), Given.Tag(2, "c")], default);
        Assert.Equal([2, 3], recorded.Select(@event => @event.Position.Value));
        Assert.Equal([2, 1], recorded.Select(@event => @event.Version.Value));
        Assert.Null((await log.Verifier.VerifyAsync(LogPosition.Start, default, default)).Fault);
    }

    [Fact]
    public async Task The_sequence_follows_the_log_and_is_never_ahead()
    {
        await log.Appender.AppendAsync([Given.Tag(1, "a"), Given.Tag(1, "b")], default);
        await Wait.UntilAsync(async () => await SequenceAsync() == "2 true");
        await database.ExecuteAsync("create function fail() returns trigger language plpgsql as 'begin raise exception ''no''; end'; create trigger fail before insert on qubes.mt_events for each row execute function fail()");
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.Appender.AppendAsync([Given.Tag(1, "c")], default).AsTask());
        await Task.Delay(60, TestContext.Current.CancellationToken);
        Assert.Equal("2 true", await SequenceAsync());
        await database.ExecuteAsync("drop trigger fail on qubes.mt_events");
        await log.Appender.AppendAsync([Given.Tag(1, "c")], default);
        await log.DisposeAsync();
        Assert.Equal("3 true", await SequenceAsync());

        await database.ExecuteAsync("select setval('qubes.mt_events_sequence', 1000)");
        log = await database.OpenAsync();
        Assert.Equal("3 true", await SequenceAsync());
    }

    [Fact]
    public async Task The_sequence_of_an_empty_log_has_given_nothing_out() => Assert.Equal("1 false", await SequenceAsync());

    [Theory]
    [InlineData("delete from qubes.mt_events where seq_id = 2")]
    [InlineData("delete from qubes.mt_events where seq_id = 1")]
    [InlineData("update qubes.mt_events set seq_id = 5 where seq_id = 4")]
    [InlineData("delete from qubes.mt_events where seq_id = 4")]
    [InlineData("update qubes.mt_events set headers = headers - 'Hash' where seq_id = 4")]
    [InlineData("update qubes.mt_events set headers = 'null' where seq_id = 4")]
    public async Task A_log_with_holes_or_a_foreign_end_is_refused(string sql)
    {
        await log.Appender.AppendAsync(Given.Tags(1, "a", "b", "c", "d"), default);
        await log.DisposeAsync();
        await database.ExecuteAsync(sql);
        var refused = await Assert.ThrowsAsync<LogRefusedException>(() => database.OpenAsync());
        Assert.Contains("qubes-history verify", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restarted_writer_goes_on_where_the_last_one_ended()
    {
        await log.Appender.AppendAsync(Given.Tags(1, "a", "b"), default);
        var hash = log.Appender.HeadHash.ToArray();
        await log.DisposeAsync();
        log = await database.OpenAsync();
        Assert.Equal(2, log.Appender.Head.Value);
        Assert.Equal(hash, log.Appender.HeadHash.ToArray());
        var recorded = await log.Appender.AppendAsync([Given.Tag(1, "c")], default);
        Assert.Equal((3, 3), (recorded[0].Position.Value, recorded[0].Version.Value));
        Assert.Null((await log.Verifier.VerifyAsync(LogPosition.Start, default, default)).Fault);
    }

    [Fact]
    public async Task A_cancelled_append_was_not_sent()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.Appender.AppendAsync([Given.Tag(1, "a")], new CancellationToken(canceled: true)).AsTask());
        Assert.Equal(0, log.Appender.Head.Value);
    }

    private Task<string> SequenceAsync() => database.QueryAsync<string>("select last_value || ' ' || is_called from qubes.mt_events_sequence");
}
