using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Whatever is changed in the log, the verifier names the position.</summary>
public sealed class VerifyTests(TestServer server) : IAsyncLifetime
{
    private const string Unprotected = "alter table qubes.mt_events drop constraint fkey_mt_events_stream_id; drop index qubes.pk_mt_events_stream_and_version; ";

    // Two tags, a sample of each event (that of the host before those of marks and of the policy), two tags.
    private const int Last = 56;
    private const int OfHost = Last - 7;

    private TestDatabase database = null!; // made before each test
    private EventLogHost log = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(server);
        log = await database.OpenAsync();
        await log.Appender.AppendAsync(Given.Tags(1, "a", "b"), default);
        await log.Appender.AppendAsync([.. SampleEvents.All.Select(sample => new PendingEvent(sample, Given.Time, Given.Metadata))], default);
        await log.Appender.AppendAsync(Given.Tags(2, "c", "d"), default);
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task An_untouched_log_fits()
    {
        var report = await log.Verifier.VerifyAsync(LogPosition.Start, default, default);
        Assert.Null(report.Fault);
        Assert.Equal((Last, 0, Last), (report.Events, report.Erased, report.Head.Value));
        Assert.Equal(Convert.ToHexStringLower(log.Appender.HeadHash.Span), report.HeadHash);
    }

    [Theory]
    [InlineData("id = gen_random_uuid()", 5, "the hash does not fit")]
    [InlineData("version = 7", 5, "version 7 of the stream")]
    [InlineData("data = data || '{\"x\": 1}'", 5, "the digest does not fit")]
    [InlineData("data = '{}'", 5, "the digest does not fit")]
    [InlineData("data = '1.5'", 5, "not whole")]
    [InlineData("bdata = ''", 5, "bdata")]
    [InlineData("type = 'tag-remove'", 5, "the hash does not fit")]
    [InlineData("timestamp = timestamp + interval '1 microsecond'", 5, "the hash does not fit")]
    [InlineData("timestamp = 'infinity'", 5, "the hash does not fit")]
    [InlineData("tenant_id = null", 5, "tenant_id")]
    [InlineData("mt_dotnet_type = 'Qubes.Cqrs.Domain.TagRemoved, Qubes.Cqrs.Domain'", 5, "the hash does not fit")]
    [InlineData("mt_dotnet_type = null", 5, "mt_dotnet_type")]
    [InlineData("correlation_id = 'x'", 5, "the digest does not fit")]
    [InlineData("correlation_id = null", 5, "the digest does not fit")]
    [InlineData("causation_id = null", 5, "the digest does not fit")]
    [InlineData("user_name = 'sys-net'", 5, "the digest does not fit")]
    [InlineData("headers = null", 5, "the headers are no object")]
    [InlineData("headers = '[]'", 5, "the headers are no object")]
    [InlineData("headers = headers - 'Method'", 5, "the digest does not fit")]
    [InlineData("headers = headers || '{\"Argument\": \"x\"}'", 5, "the digest does not fit")]
    [InlineData("headers = headers || '{\"Peer\": null}'", 5, "the digest does not fit")]
    [InlineData("headers = headers || '{\"Extra\": 1}'", 5, "the digest does not fit")]
    [InlineData("headers = headers - 'Salt'", 5, "the salt is missing")]
    [InlineData("headers = jsonb_set(headers, '{Salt}', '\"00000000000000000000000000000000\"')", 5, "the digest does not fit")]
    [InlineData("headers = jsonb_set(headers, '{Salt}', '\"short\"')", 5, "Salt is not of its form")]
    [InlineData("headers = jsonb_set(headers, '{Digest}', to_jsonb(repeat('0', 64)))", 5, "the digest does not fit")]
    [InlineData("headers = jsonb_set(headers, '{Hash}', to_jsonb(repeat('0', 64)))", 5, "the hash does not fit")]
    [InlineData("headers = jsonb_set(headers, '{Hash}', to_jsonb(upper(headers ->> 'Hash')))", 5, "Hash is not of its form")]
    [InlineData("headers = headers - 'Hash'", 5, "Hash is missing")]
    [InlineData("headers = jsonb_set(headers, '{Retention}', '\"Activity\"')", 5, "the hash does not fit")]
    [InlineData("headers = jsonb_set(headers, '{Schema}', '2')", 5, "rules (version 2)")]
    [InlineData("headers = headers || '{\"Erased\": true}'", 5, "says that it was erased")]
    [InlineData("is_archived = true", 5, "is_archived")]
    [InlineData("is_archived = null", 5, "is_archived")]
    [InlineData("seq_id = 99", 5, "missing")]
    [InlineData("stream_id = 'host'", 5, "the hash does not fit")]
    public async Task Every_changed_column_is_found(string change, long position, string reason)
    {
        await database.ExecuteAsync(Unprotected + $"update qubes.mt_events set {change} where seq_id = 5");
        await ExpectFaultAsync(position, reason);
    }

    [Theory]
    [InlineData("delete from qubes.mt_events where seq_id = 1", 1, "missing")]
    [InlineData("delete from qubes.mt_events where seq_id = 9", 9, "missing")]
    [InlineData("delete from qubes.mt_events where seq_id = 56", Last, "the end of the log is missing")]
    [InlineData("update qubes.mt_streams set version = 3 where id like '%-000000000000' and version = 2", Last + 1, "the end of the log is missing")]
    [InlineData("update qubes.mt_streams set version = 1 where id like '%-000000000000' and version = 2", 2, "does not fit its events")]
    [InlineData("update qubes.mt_streams set is_archived = true where id = 'host'", OfHost, "does not fit its events")]
    [InlineData("update qubes.mt_streams set id = 'hose' where id = 'host'", OfHost, "no row in mt_streams")]
    [InlineData("insert into qubes.mt_streams (id, version) values ('extra', 1)", Last + 1, "the end of the log is missing")]
    [InlineData("update qubes.mt_events set seq_id = -seq_id where seq_id in (3, 4); update qubes.mt_events set seq_id = 7 + seq_id where seq_id < 0", 3, "")]
    public async Task Every_other_change_is_found(string sql, long position, string reason)
    {
        await database.ExecuteAsync(Unprotected + sql);
        await ExpectFaultAsync(position, reason);
    }

    [Fact]
    public async Task What_is_erased_is_gone_and_the_log_still_fits()
    {
        await log.Snapshots.SaveAsync(World.Empty with { Position = new LogPosition(3) }, default);
        await log.Snapshots.SaveAsync(World.Empty with { Position = new LogPosition(10) }, default);
        Assert.Equal(2, await log.Eraser.EraseAsync([new LogPosition(5), new LogPosition(Last)], default));
        Assert.Equal(0, await log.Eraser.EraseAsync([new LogPosition(5)], default));
        Assert.Equal(3, (await log.Snapshots.FindAsync(null, default))?.Position.Value);

        var report = await log.Verifier.VerifyAsync(LogPosition.Start, default, default);
        Assert.Null(report.Fault);
        Assert.Equal((Last, 2), (report.Events, report.Erased));

        var read = await log.ReadAllAsync();
        Assert.Equal([5, Last], read.Where(@event => @event.Event is null).Select(@event => @event.Position.Value));
        Assert.All(read, @event => Assert.Equal(@event.Event is null, @event.Metadata is null));
        Assert.Equal("{}", await database.QueryAsync<string>("select data::text from qubes.mt_events where seq_id = 5"));
        Assert.Equal(
            """["Hash", "Digest", "Erased", "Schema", "Retention"]""",
            await database.QueryAsync<string>("select jsonb_agg(key)::text from qubes.mt_events, jsonb_object_keys(headers) as key where seq_id = 5"));

        // A log whose last event was erased goes on.
        await log.DisposeAsync();
        log = await database.OpenAsync();
        await log.Appender.AppendAsync(Given.Tags(2, "e"), default);
        Assert.Null((await log.Verifier.VerifyAsync(LogPosition.Start, default, default)).Fault);
    }

    [Theory]
    [InlineData("data = '{\"x\": 1}'")]
    [InlineData("user_name = 'dom0'")]
    [InlineData("correlation_id = ''")]
    [InlineData("headers = headers || '{\"Method\": \"x\"}'")]
    [InlineData("headers = headers || '{\"Salt\": \"00000000000000000000000000000000\"}'")]
    [InlineData("headers = headers - 'Erased'")]
    public async Task What_is_put_in_the_place_of_an_erased_event_is_found(string change)
    {
        await log.Eraser.EraseAsync([new LogPosition(5)], default);
        await database.ExecuteAsync($"update qubes.mt_events set {change} where seq_id = 5");
        await ExpectFaultAsync(5, "");
    }

    [Fact]
    public async Task A_part_of_the_log_can_be_verified_from_a_trusted_hash()
    {
        var hash = Convert.FromHexString(await database.QueryAsync<string>("select headers ->> 'Hash' from qubes.mt_events where seq_id = 10"));
        await database.ExecuteAsync("update qubes.mt_events set user_name = 'x' where seq_id = 5");
        var report = await log.Verifier.VerifyAsync(new LogPosition(10), hash, default);
        Assert.Null(report.Fault);
        Assert.Equal((Last - 10, Last), (report.Events, report.Head.Value));
        hash[0] ^= 1;
        report = await log.Verifier.VerifyAsync(new LogPosition(10), hash, default);
        Assert.Equal(11, report.Fault?.Position.Value);
        await Assert.ThrowsAsync<ArgumentException>(() => log.Verifier.VerifyAsync(new LogPosition(10), default, default));
    }

    private async Task ExpectFaultAsync(long position, string reason)
    {
        var report = await log.Verifier.VerifyAsync(LogPosition.Start, default, default);
        Assert.NotNull(report.Fault);
        Assert.Contains(reason, report.Fault.Reason, StringComparison.Ordinal);
        Assert.Equal(position, report.Fault.Position.Value);
        Assert.True(report.Head.Value >= position - 1);
    }
}
