using System.Collections.Immutable;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>What becomes of an append whose connection breaks, either way.</summary>
public sealed class RecoveryTests(TestServer server) : IAsyncLifetime
{
    private TestDatabase database = null!; // made before each test
    private CuttingProxy proxy = null!; // likewise
    private EventLogHost log = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(server);
        proxy = new CuttingProxy(database.ConnectionString);
        log = await database.OpenAsync(options => options with { ConnectionString = proxy.ConnectionString, LockTimeout = TimeSpan.FromSeconds(2) });
        await log.Appender.AppendAsync(Given.Tags(1, "a", "b"), default);

        // The sequence has moved, and its mover has heard so: the next to send is the writer.
        await Wait.UntilAsync(async () => await database.QueryAsync<long>("select last_value from qubes.mt_events_sequence") == 2);
        await Task.Delay(100, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        await proxy.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_append_whose_answer_was_lost_is_adopted(int size)
    {
        proxy.LoseNextReply();
        var batch = Enumerable.Repeat(Given.Tag(1, "c"), size).ToImmutableArray();
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => log.Appender.AppendAsync(batch, default).AsTask());
        Assert.Equal(2, log.Appender.Head.Value);
        var adopted = await log.Appender.RecoverAsync(default);
        Assert.Equal(batch.Select(pending => pending.Event), adopted.Select(@event => @event.Event));
        Assert.Equal(2 + size, log.Appender.Head.Value);
        await AppendsGoOnAsync(2 + size);
        Assert.Equal(adopted, (await log.ReadAllAsync(2, 2 + size)).ToImmutableArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_append_that_never_arrived_is_reported_as_such(int size)
    {
        proxy.LoseNextRequest();
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(
            () => log.Appender.AppendAsync([.. Enumerable.Repeat(Given.Tag(1, "c"), size)], default).AsTask());
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.Appender.AppendAsync([Given.Tag(1, "d")], default).AsTask());
        Assert.Empty(await log.Appender.RecoverAsync(default));
        await AppendsGoOnAsync(2);
    }

    [Fact]
    public async Task A_session_that_the_server_ended_meanwhile_is_replaced()
    {
        await database.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        await Wait.UntilAsync(async () => await database.QueryAsync<long>("select count(*) from pg_stat_activity where datname = current_database()") == 1);
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => log.Appender.AppendAsync([Given.Tag(1, "c")], default).AsTask());
        Assert.True(failure is EventLogUnavailableException or AppendOutcomeUnknownException, failure.ToString());
        Assert.Empty(await log.Appender.RecoverAsync(default));
        await AppendsGoOnAsync(2);
    }

    [Fact]
    public async Task A_statement_that_the_server_was_told_to_end_was_not_appended()
    {
        await database.ExecuteAsync("""
            create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(30); return null; end';
            create trigger slow after insert on qubes.mt_events for each statement execute function slow();
            """);
        var append = log.Appender.AppendAsync([Given.Tag(1, "c")], default).AsTask();
        await Wait.UntilAsync(async () => await database.QueryAsync<long>(
            "select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep') as ended") == 1);
        var failure = await Assert.ThrowsAsync<EventLogUnavailableException>(() => append);
        Assert.Contains("57P01", failure.Message, StringComparison.Ordinal);
        await database.ExecuteAsync("drop trigger slow on qubes.mt_events");
        Assert.Empty(await log.Appender.RecoverAsync(default));
        await AppendsGoOnAsync(2);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_given_up_and_settled()
    {
        await log.DisposeAsync();
        log = await database.OpenAsync(options => options with { CommandTimeout = TimeSpan.FromSeconds(1) });
        await database.ExecuteAsync("""
            create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(30); return null; end';
            create trigger slow after insert on qubes.mt_events for each statement execute function slow();
            """);
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => log.Appender.AppendAsync([Given.Tag(1, "c")], default).AsTask());
        Assert.True(failure is EventLogUnavailableException or AppendOutcomeUnknownException, failure.ToString());
        await database.ExecuteAsync("drop trigger slow on qubes.mt_events");
        Assert.Empty(await log.Appender.RecoverAsync(default));
        await AppendsGoOnAsync(2);
    }

    [Fact]
    public async Task Recovery_outlasts_an_old_session_that_hangs()
    {
        await database.ExecuteAsync("""
            create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(30); return null; end';
            create trigger slow after insert on qubes.mt_events for each statement execute function slow();
            """);
        var append = log.Appender.AppendAsync([Given.Tag(1, "c")], default).AsTask();
        await Wait.UntilAsync(async () => await database.QueryAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'") == 1);
        await proxy.CutAllAsync();
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => append);
        Assert.Empty(await log.Appender.RecoverAsync(default));
        await database.ExecuteAsync("drop trigger slow on qubes.mt_events");
        await AppendsGoOnAsync(2);
    }

    [Fact]
    public async Task Recovery_refuses_a_log_that_somebody_else_went_on_with()
    {
        proxy.LoseNextRequest();
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => log.Appender.AppendAsync([Given.Tag(1, "c")], default).AsTask());
        await using (var other = await database.OpenAsync())
        {
            await other.Appender.AppendAsync([Given.Tag(1, "other")], default);
        }

        await Assert.ThrowsAsync<WriterLostException>(() => log.Appender.RecoverAsync(default).AsTask());
        Assert.Equal(3, await database.QueryAsync<long>("select max(seq_id) from qubes.mt_events"));
    }

    [Fact]
    public async Task Recovery_refuses_a_log_that_was_set_back()
    {
        proxy.LoseNextRequest();
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => log.Appender.AppendAsync([Given.Tag(1, "c")], default).AsTask());
        await database.ExecuteAsync("delete from qubes.mt_events where seq_id = 2");
        await Assert.ThrowsAsync<WriterLostException>(() => log.Appender.RecoverAsync(default).AsTask());
    }

    [Fact]
    public async Task Recovery_fails_while_another_daemon_has_the_log()
    {
        proxy.LoseNextRequest();
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => log.Appender.AppendAsync([Given.Tag(1, "c")], default).AsTask());
        await using (await database.OpenAsync())
        {
            await Assert.ThrowsAsync<WriterLostException>(() => log.Appender.RecoverAsync(default).AsTask());
        }

        Assert.Empty(await log.Appender.RecoverAsync(default));
        await AppendsGoOnAsync(2);
    }

    private async Task AppendsGoOnAsync(long head)
    {
        var recorded = await log.Appender.AppendAsync([Given.Tag(1, "next")], default);
        Assert.Equal((head + 1, head + 1), (recorded[0].Position.Value, recorded[0].Version.Value));
        Assert.Null((await log.Verifier.VerifyAsync(LogPosition.Start, default, default)).Fault);
    }
}
