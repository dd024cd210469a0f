using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The private server: made, adopted, refused, stopped, killed. Each test has a cluster of its own.</summary>
public sealed class EmbeddedPostgresTests : IAsyncLifetime
{
    private string directory = "";

    private EmbeddedPostgresOptions Options => TestFolder.Options(directory);

    private string Data => Options.DataDirectory;

    private LogOptions Log => new() { Embedded = Options, SnapshotFile = Path.Combine(directory, "snapshot"), LockTimeout = TimeSpan.FromSeconds(10) };

    public async ValueTask InitializeAsync() => directory = await TestFolder.CreateAsync();

    public ValueTask DisposeAsync() => new(TestFolder.RemoveAsync(directory));

    [Fact]
    public async Task A_server_is_made_adopted_and_stopped()
    {
        var first = Server();
        await first.EnsureRunningAsync(default);
        Assert.True(first.StartedHere);
        Assert.NotNull(first.ProcessId);
        Assert.Equal(["off", "on", "on", "UTF8", "C", "on", ""], await SettingsAsync(
            first, "jit", "fsync", "synchronous_commit", "server_encoding", "lc_collate", "data_checksums", "listen_addresses"));

        var second = Server();
        var started = Stopwatch.GetTimestamp();
        await second.EnsureRunningAsync(default);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMilliseconds(500));
        Assert.False(second.StartedHere);
        Assert.Equal(first.ProcessId, second.ProcessId);

        await second.StopAsync(default);
        Assert.Null(second.ProcessId);
        Assert.False(File.Exists(Path.Combine(Data, "postmaster.pid")));
        await second.StopAsync(default);
    }

    [Fact]
    public async Task The_server_runs_in_a_session_of_its_own_and_nobody_else_reaches_its_socket()
    {
        var server = Server();
        await server.EnsureRunningAsync(default);
        var stat = (await File.ReadAllTextAsync($"/proc/{server.ProcessId}/stat")).Split(' ');
        Assert.Equal(stat[0], stat[5]); // the session's leader is the server itself
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(server.SocketDirectory));
        Assert.True(server.SocketDirectory.Length < 100);
        if (Posix.IsRoot)
        {
            var status = await File.ReadAllLinesAsync($"/proc/{server.ProcessId}/status");
            Assert.DoesNotContain(status, line => line.StartsWith("Uid:\t0", StringComparison.Ordinal));
        }

        // The kernel's word counts, not a claimed name.
        var stranger = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = "postgres", Database = "postgres" };
        await using var connection = new NpgsqlConnection(stranger.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync());
        Assert.Equal(PostgresErrorCodes.InvalidAuthorizationSpecification, refused.SqlState);
    }

    [Fact]
    public async Task A_server_that_was_killed_is_started_again_and_loses_nothing()
    {
        await using var log = await OpenAsync();
        await log.Appender.AppendAsync(Given.Tags(1, "a", "b"), default);
        var pid = log.Server?.ProcessId ?? 0;
        Posix.Signal(pid, Posix.SigKill);
        await Wait.UntilAsync(() => Task.FromResult(!Directory.Exists($"/proc/{pid}")));
        var appended = 2;
        try
        {
            await Wait.UntilAsync(async () =>
            {
                await log.Appender.AppendAsync(Given.Tags(1, "c"), default);
                appended++; // its own process had not noticed yet
                return false;
            });
        }
        catch (Exception e) when (e is EventLogUnavailableException or AppendOutcomeUnknownException)
        {
            appended += (await RecoverAsync(log)).Count;
        }

        Assert.Equal(appended, log.Appender.Head.Value);
        await log.Appender.AppendAsync(Given.Tags(1, "d"), default);
        Assert.Null((await log.Verifier.VerifyAsync(LogPosition.Start, default, default)).Fault);
        Assert.NotEqual(pid, log.Server?.ProcessId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task A_server_process_that_dies_in_a_commit_leaves_all_of_it_or_nothing(int size)
    {
        await using var log = await OpenAsync(KillingFaultPoints.Parse("in-commit-kill-postgres:3"));
        var expected = new List<string>();
        for (var number = 0; number < 6; number++)
        {
            var tags = Enumerable.Range(0, size).Select(index => $"t{number}-{index}").ToList();
            try
            {
                await log.Appender.AppendAsync(Given.Tags(1, tags), default);
                expected.AddRange(tags);
            }
            catch (Exception e) when (e is AppendOutcomeUnknownException or EventLogUnavailableException)
            {
                var adopted = await RecoverAsync(log);
                Assert.True(adopted.Count == 0 || adopted.Count == size);
                expected.AddRange(adopted);
            }
        }

        Assert.Equal(expected, (await log.ReadAllAsync()).Select(@event => ((TagAdded?)@event.Event)?.Tag));
        Assert.Null((await log.Verifier.VerifyAsync(LogPosition.Start, default, default)).Fault);
    }

    [Fact]
    public async Task A_file_left_by_a_dead_server_does_not_matter()
    {
        var server = Server();
        await server.EnsureRunningAsync(default);
        await server.StopAsync(default);
        await File.WriteAllTextAsync(Path.Combine(Data, "postmaster.pid"), $"{Environment.ProcessId}\n{Data}\n0\n5432\n{server.SocketDirectory}\n\n0 0\nready   \n");
        Assert.Null(server.ProcessId);
        await server.StopAsync(default);
        await File.WriteAllTextAsync(Path.Combine(Data, "postmaster.pid"), $"999999999\n{Data}\n0\n5432\n{server.SocketDirectory}\n\n0 0\nready   \n");
        await server.EnsureRunningAsync(default);
        Assert.NotNull(server.ProcessId);
    }

    [Fact]
    public async Task A_server_whose_socket_was_swept_away_is_started_again()
    {
        var server = Server();
        await server.EnsureRunningAsync(default);
        var pid = server.ProcessId;
        Directory.Delete(server.SocketDirectory, recursive: true);
        await server.EnsureRunningAsync(default);
        Assert.NotEqual(pid, server.ProcessId);
        await SettingsAsync(server, "port");
    }

    [Fact]
    public async Task A_cluster_that_was_left_half_made_is_made_anew()
    {
        Directory.CreateDirectory(Data + ".new-1");
        await File.WriteAllTextAsync(Path.Combine(Data + ".new-1", "PG_VERSION"), "15");
        var server = Server();
        await server.EnsureRunningAsync(default);
        Assert.Empty(Directory.EnumerateDirectories(directory, "*.new*"));
    }

    [Fact]
    public async Task A_cluster_of_another_major_version_is_refused_with_the_way_to_upgrade()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "PG_VERSION"), "12\n");
        var refused = await Assert.ThrowsAsync<PostgresSetupException>(() => Server().EnsureRunningAsync(default));
        Assert.Contains("was made by PostgreSQL 12", refused.Message, StringComparison.Ordinal);
        Assert.Contains("pg_upgrade", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Data, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_holds_something_else_is_left_alone()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "letter.txt"), "dear reader");
        var refused = await Assert.ThrowsAsync<PostgresSetupException>(() => Server().EnsureRunningAsync(default));
        Assert.Contains(Data, refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Data, "letter.txt")));
    }

    [Fact]
    public async Task A_folder_that_the_account_cannot_reach_is_named()
    {
        Assert.SkipUnless(Posix.IsRoot, "only root runs the server as another account");
        var closed = Path.Combine(directory, "closed");
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var server = new EmbeddedPostgres(Options with { StateDirectory = Path.Combine(closed, "state") }, NullLogger.Instance);
        var refused = await Assert.ThrowsAsync<PostgresSetupException>(() => server.EnsureRunningAsync(default));
        Assert.Contains($"cannot enter the folder {closed}.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_work_is_said_before_anything_is_made()
    {
        var refused = await Assert.ThrowsAsync<PostgresSetupException>(
            () => new EmbeddedPostgres(Options with { BinariesDirectory = directory }, NullLogger.Instance).EnsureRunningAsync(default));
        Assert.Contains("apt-get install postgresql", refused.Message, StringComparison.Ordinal);
        Assert.Throws<PostgresSetupException>(
            () => new EmbeddedPostgres(Options with { RuntimeDirectory = "/run/" + new string('x', 90) }, NullLogger.Instance));
        if (Posix.IsRoot)
        {
            refused = await Assert.ThrowsAsync<PostgresSetupException>(
                () => new EmbeddedPostgres(Options with { Account = "nobody-of-that-name" }, NullLogger.Instance).EnsureRunningAsync(default));
            Assert.Contains("useradd", refused.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<PostgresSetupException>(
                () => new EmbeddedPostgres(Options with { Account = "root" }, NullLogger.Instance).EnsureRunningAsync(default));
        }

        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why()
    {
        var server = Server();
        await server.EnsureRunningAsync(default);
        await server.StopAsync(default);
        File.Delete(Path.Combine(Data, "global", "pg_control"));
        var refused = await Assert.ThrowsAsync<PostgresSetupException>(() => server.EnsureRunningAsync(default));
        Assert.Contains("did not start", refused.Message, StringComparison.Ordinal);
        Assert.Contains("pg_control", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_that_start_at_once_share_one_server()
    {
        var servers = Enumerable.Range(0, 4).Select(_ => Server()).ToList();
        await Task.WhenAll(servers.Select(server => server.EnsureRunningAsync(default)));
        Assert.Single(servers, server => server.StartedHere);
        Assert.Single(servers.Select(server => server.ProcessId).Distinct());
    }

    [Fact]
    public async Task A_reader_starts_the_server_itself_and_gives_way_to_a_daemon()
    {
        await using (var writing = await OpenAsync())
        {
            await writing.Appender.AppendAsync(Given.Tags(1, "a"), default);
        }

        Assert.Null(Server().ProcessId);
        var reading = await EventLogHost.OpenAsync(Log with { ReadOnly = true }, NullLogger.Instance, default);
        Assert.Single(await reading.ReadAllAsync());
        Assert.Throws<InvalidOperationException>(() => reading.Appender);
        Assert.Equal(["on"], await SettingsAsync(reading.Server ?? throw new InvalidOperationException(), "default_transaction_read_only"));

        await using var daemon = await OpenAsync();
        await daemon.Appender.AppendAsync(Given.Tags(1, "b"), default);
        Assert.True(await daemon.Checkpoints.AdvanceAsync("View:All", LogPosition.Start, new LogPosition(2), default));
        await daemon.Snapshots.SaveAsync(World.Empty with { Position = new LogPosition(2) }, default);
        Assert.Equal(2, (await reading.ReadAllAsync()).Count);
        await reading.DisposeAsync();
        await daemon.Appender.AppendAsync(Given.Tags(1, "c"), default);
    }

    [Fact]
    public async Task A_reader_stops_the_server_that_it_started_for_itself()
    {
        await (await OpenAsync()).DisposeAsync();
        await using (var reading = await EventLogHost.OpenAsync(Log with { ReadOnly = true }, NullLogger.Instance, default))
        {
            Assert.NotNull(reading.Server?.ProcessId);
            await Assert.ThrowsAsync<EventLogUnavailableException>(() => reading.Checkpoints.AdvanceAsync("View:All", LogPosition.Start, new LogPosition(1), default));
        }

        Assert.Null(Server().ProcessId);
    }

    [Fact]
    public async Task The_last_of_several_readers_stops_the_server()
    {
        await (await OpenAsync()).DisposeAsync();
        var first = await EventLogHost.OpenAsync(Log with { ReadOnly = true }, NullLogger.Instance, default);
        var second = await EventLogHost.OpenAsync(Log with { ReadOnly = true }, NullLogger.Instance, default);
        await first.DisposeAsync();
        Assert.Empty(await second.ReadAllAsync());
        await second.DisposeAsync();
        Assert.Null(Server().ProcessId);
    }

    [Fact]
    public async Task A_reader_makes_no_log()
    {
        var refused = await Assert.ThrowsAsync<PostgresSetupException>(() => EventLogHost.OpenAsync(Log with { ReadOnly = true }, NullLogger.Instance, default));
        Assert.Contains("no event log", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_daemon_that_lost_the_log_leaves_the_server_to_the_other()
    {
        var first = await OpenAsync();
        await first.Appender.AppendAsync(Given.Tags(1, "a"), default);
        await ExecuteAsync(first, "update qubes.qubes_writer set epoch = epoch + 1");
        await Assert.ThrowsAsync<WriterLostException>(() => first.Appender.AppendAsync(Given.Tags(1, "b"), default).AsTask());
        await using var second = await OpenAsync();
        await first.DisposeAsync();
        await second.Appender.AppendAsync(Given.Tags(1, "c"), default);
        Assert.Equal(2, second.Appender.Head.Value);
    }

    [Fact]
    public async Task A_cluster_is_run_by_the_account_that_owns_it()
    {
        Assert.SkipUnless(Posix.IsRoot, "only root runs the server as another account");
        await (await OpenAsync()).DisposeAsync();
        var owner = Posix.FindOwner(Data);
        var server = new EmbeddedPostgres(Options with { Account = "daemon" }, NullLogger.Instance);
        await server.EnsureRunningAsync(default);
        Assert.Contains($"Uid:\t{owner}\t", await File.ReadAllTextAsync($"/proc/{server.ProcessId}/status"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("before-commit:0x1")]
    [InlineData("before-commit")]
    [InlineData("after:1")]
    [InlineData("after-commit:-1")]
    public void A_fault_that_is_not_known_is_refused(string text) => Assert.Throws<FormatException>(() => KillingFaultPoints.Parse(text));

    [Fact]
    public async Task A_daemon_may_leave_the_server_running_for_the_next()
    {
        await using (var first = await EventLogHost.OpenAsync(Log with { StopServerOnClose = false }, NullLogger.Instance, default))
        {
            await first.Appender.AppendAsync(Given.Tags(1, "a"), default);
        }

        var pid = Server().ProcessId;
        Assert.NotNull(pid);
        await using var second = await OpenAsync();
        Assert.Equal((1, pid), (second.Appender.Head.Value, second.Server?.ProcessId));
    }

    private static async Task<List<string>> RecoverAsync(EventLogHost log)
    {
        var adopted = new List<string>();
        await Wait.UntilAsync(async () =>
        {
            try
            {
                adopted.AddRange((await log.Appender.RecoverAsync(default)).Select(@event => ((TagAdded?)@event.Event)?.Tag ?? ""));
                return true;
            }
            catch (EventLogUnavailableException)
            {
                return false; // the server is on its way up
            }
        });
        return adopted;
    }

    private static async Task ExecuteAsync(EventLogHost log, string sql)
    {
        await using var connection = new NpgsqlConnection(log.Server?.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> SettingsAsync(EmbeddedPostgres server, params string[] names)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "postgres" }.ConnectionString);
        await connection.OpenAsync();
        var values = new List<string>();
        foreach (var name in names)
        {
            await using var command = new NpgsqlCommand("show " + name, connection);
            values.Add((string?)await command.ExecuteScalarAsync() ?? "");
        }

        return values;
    }

    private EmbeddedPostgres Server() => new(Options, NullLogger.Instance);

    private Task<EventLogHost> OpenAsync(IFaultPoints? faults = null) => EventLogHost.OpenAsync(Log with { Faults = faults }, NullLogger.Instance, default);
}
