using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>An open log with everything that works on it; the one entry for daemon and tools.</summary>
public sealed class EventLogHost : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly LogOptions options;
    private readonly EmbeddedPostgres? server;
    private readonly LogDatabase database;
    private PostgresEventLog? appender;
    private bool isForReaders = true;
    private bool isClosed;

    private EventLogHost(LogOptions options, EmbeddedPostgres? server, LogDatabase database)
    {
        this.options = options;
        this.server = server;
        this.database = database;
        Serializer = new EventSerializer(options.Upcasters);
        Reader = new PostgresEventReader(database, Serializer);
        Search = new EventSearch(database, Serializer);
        Statistics = new LogStatistics(database);
        Snapshots = new SnapshotStore(database, Serializer, options.SnapshotFile, options.SnapshotEvery);
        Checkpoints = new PostgresCheckpoints(database);
        Verifier = new ChainVerifier(database);
        Eraser = new EventEraser(database, Snapshots);
        Prover = new LogProver(database);
        Activity = new ActivityEraser(database, Reader, Search, Snapshots, Eraser);
        Forgetter = new LogForgetter(database, Snapshots, Eraser, Reader, server, options);
    }

    /// <summary>Turns events into JSON and back.</summary>
    public EventSerializer Serializer { get; }

    /// <summary>The crash tests' seam; null in production.</summary>
    public IFaultPoints? Faults => options.Faults;

    /// <summary>The writing end.</summary>
    /// <exception cref="InvalidOperationException">The log was opened for reading only.</exception>
    public PostgresEventLog Appender => appender ?? throw new InvalidOperationException("the log was opened for reading only");

    /// <summary>The reading end.</summary>
    public PostgresEventReader Reader { get; }

    /// <summary>Finds events by what they are about.</summary>
    public EventSearch Search { get; }

    /// <summary>Counts what the log holds.</summary>
    public LogStatistics Statistics { get; }

    /// <summary>The snapshots.</summary>
    public SnapshotStore Snapshots { get; }

    /// <summary>The checkpoints of views.</summary>
    public PostgresCheckpoints Checkpoints { get; }

    /// <summary>Finds the first event that does not fit.</summary>
    public ChainVerifier Verifier { get; }

    /// <summary>Forgets what events hold.</summary>
    public EventEraser Eraser { get; }

    /// <summary>Makes proofs.</summary>
    public LogProver Prover { get; }

    /// <summary>Erases old activity.</summary>
    public ActivityEraser Activity { get; }

    /// <summary>Forgets what events hold so that no file has it any more.</summary>
    public LogForgetter Forgetter { get; }

    /// <summary>The embedded server, when the log is on it.</summary>
    public EmbeddedPostgres? Server => server;

    /// <summary>Opens a log, starting and making whatever is missing.</summary>
    /// <exception cref="PostgresSetupException">The embedded server cannot be run as things are.</exception>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used now.</exception>
    /// <exception cref="WriterLostException">Another daemon writes to the log.</exception>
    /// <exception cref="LogRefusedException">The log must not be used as it is.</exception>
    public static async Task<EventLogHost> OpenAsync(LogOptions options, ILogger logger, CancellationToken ct)
    {
        var server = options.ConnectionString is null
            ? new EmbeddedPostgres(
                (options.Embedded ?? throw new ArgumentException("neither a connection string nor the embedded server is given", nameof(options))) with
                {
                    ReadOnly = options.ReadOnly,
                },
                logger)
            : null;
        var database = new LogDatabase(options.ConnectionString ?? server?.ConnectionString ?? "", options.ConnectTimeout, options.CommandTimeout, options.ReadOnly);
        var host = new EventLogHost(options, server, database);
        try
        {
            await host.ConnectAsync(logger, ct);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Copies the beginning of this log into another one, which is empty and must not be written to until it was opened anew.</summary>
    /// <exception cref="EventLogUnavailableException">One of the servers cannot be reached or used.</exception>
    public Task CopyToAsync(EventLogHost empty, LogPosition upTo, CancellationToken ct) => LogFork.CopyAsync(database, empty.database, upTo, ct);

    /// <summary>What makes checkpoints of the log that this process writes.</summary>
    public CheckpointKeeper MakeCheckpoints(CheckpointOptions checkpoints, TimeProvider time, ILogger logger) =>
        new(database, Appender.Feed, checkpoints, time, logger);

    /// <summary>Flushes and closes everything; stops the embedded server unless the options or another user of it say otherwise.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isClosed)
        {
            return;
        }

        isClosed = true;
        var wasWriter = appender is { NeedsRecovery: false };
        if (appender is not null)
        {
            await appender.DisposeAsync();
        }

        database.ForgetSessions();
        if (server is not null && options.StopServerOnClose && (wasWriter || (isForReaders && await IsUnusedAsync())))
        {
            await server.StopAsync(CancellationToken.None);
        }

        await database.DisposeAsync();
        Snapshots.Dispose();
    }

    private async Task ConnectAsync(ILogger logger, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (options.ReadOnly)
                {
                    await OpenForReadingAsync(ct);
                }
                else
                {
                    appender = await PostgresEventLog.OpenAsync(
                        database, EnsureServerAsync, Serializer, options.LockTimeout, options.Faults, logger, ct);
                    await Forgetter.ResumeAsync(appender, ct);
                }

                return;
            }
            catch (EventLogUnavailableException e) when (
                server is not null && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName })
            {
                await (options.ReadOnly ? throw new LogRefusedException(SchemaMigrator.NoLog, e) : server.CreateDatabaseAsync(ct));
            }
            catch (Exception e) when (IsPassing(e) && Stopwatch.GetElapsedTime(started) < options.OpenTimeout)
            {
                database.ForgetSessions();
                await Task.Delay(Pause, ct);
            }
        }
    }

    private bool IsPassing(Exception e) => e is EventLogUnavailableException { InnerException: { } inner } &&
        PostgresErrors.IsPassing(inner) && (server is not null || inner is PostgresException);

    private async Task OpenForReadingAsync(CancellationToken ct)
    {
        try
        {
            await EnsureServerAsync(ct);
            await using var connection = await database.OpenPooledAsync(ct);
            isForReaders = await SchemaMigrator.CheckAsync(connection, ct);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    private async Task EnsureServerAsync(CancellationToken ct)
    {
        database.ForgetSessions();
        if (server is null)
        {
            return;
        }

        await server.EnsureRunningAsync(ct);
    }

    /// <summary>Whether nobody needs the server: no daemon writes, and for a reader also that it runs for readers and no other one is there.</summary>
    private async Task<bool> IsUnusedAsync()
    {
        try
        {
            await using var connection = await database.OpenOwnAsync(CancellationToken.None);
            await using var command = new NpgsqlCommand(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    select pg_try_advisory_lock({WriterSession.LockKey}) and ({(options.ReadOnly ? "false" : "true")} or
                        (select reset_val = 'on' from pg_settings where name = 'default_transaction_read_only') and
                        not exists (select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()))
                    """),
                connection);
            return await command.ExecuteScalarAsync(CancellationToken.None) is true;
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            return false; // it is down, or of no use to us
        }
    }
}
