using System.Globalization;
using Npgsql;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The one session that appends: it holds the advisory lock for as long as it lives, and an epoch of its own.</summary>
internal sealed class WriterSession : IAsyncDisposable
{
    /// <summary>The key of the advisory lock, one per database: "qubes" and "log" in ASCII.</summary>
    public const long LockKey = 0x7175_6265_736c_6f67;

    private readonly NpgsqlConnection connection;
    private AppendStatements? statements;

    private WriterSession(NpgsqlConnection connection) => (this.connection, BackendProcessId) = (connection, connection.ProcessID);

    /// <summary>The server process at the other end; known also when the connection is broken.</summary>
    public int BackendProcessId { get; }

    /// <summary>Whether the session is known to have ended.</summary>
    public bool IsBroken => connection.State != System.Data.ConnectionState.Open;

    /// <summary>Opens the session and takes the lock before anything is read: the old session of a killed writer may still commit.</summary>
    /// <exception cref="WriterLostException">Another daemon holds the lock.</exception>
    public static async Task<WriterSession> OpenAsync(LogDatabase database, TimeSpan lockTimeout, CancellationToken ct)
    {
        var session = new WriterSession(await database.OpenOwnAsync(ct));
        try
        {
            await session.LockAsync(lockTimeout, ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings the schema up to date.</summary>
    public Task MigrateAsync(CancellationToken ct) => SchemaMigrator.MigrateAsync(connection, ct);

    /// <summary>Reads the end of the log and takes a new epoch, in one transaction that no other epoch can append in.</summary>
    /// <param name="accept">Looks at the end of the log, with the row of the writer locked; throws to leave everything as it is.</param>
    /// <param name="batch">The batch that the session will append.</param>
    /// <param name="ct">Ends it.</param>
    public async Task TakeTurnAsync(Func<NpgsqlConnection, LogHead, Task> accept, EventBatch batch, CancellationToken ct)
    {
        long epoch;
        await using (var transaction = await connection.BeginTransactionAsync(ct))
        {
            await ExecuteAsync("select from qubes.qubes_writer for update", ct);
            var head = await ReadHeadAsync(ct);
            await accept(connection, head);
            await using var take = new NpgsqlCommand("update qubes.qubes_writer set epoch = epoch + 1, taken = now() returning epoch", connection);
            epoch = (long)(await take.ExecuteScalarAsync(ct) ?? throw new LogRefusedException("The table qubes_writer has lost its row."));
            await transaction.CommitAsync(ct);
            await MoveSequenceAsync(head.Position, ct);
        }

        // The plans are made once, perhaps for empty tables; they must stay good when the tables have grown.
        await ExecuteAsync(
            "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off", ct);
        statements = await AppendStatements.PrepareAsync(connection, batch, epoch, ct);
    }

    /// <summary>Appends the batch; returns when it is durable.</summary>
    /// <param name="batch">The batch that <see cref="TakeTurnAsync"/> was given.</param>
    /// <param name="sent">Called when the statement is on its way; null for the quicker path.</param>
    /// <exception cref="AppendOutcomeUnknownException">The session broke after the statement was sent.</exception>
    public async ValueTask AppendAsync(EventBatch batch, Action? sent)
    {
        if (IsBroken || statements is null)
        {
            throw new EventLogUnavailableException("The connection to the event log is broken.");
        }

        // No token from here on: nothing may cancel an append that is under way.
        var (command, expected) = statements.For(batch);
        var isComplete = false;
        try
        {
            var execution = command.ExecuteReaderAsync(CancellationToken.None);
            sent?.Invoke();
            await using var reader = await execution;
            isComplete = true; // the statement is done; the server commits when it has told so
            await reader.NextResultAsync(CancellationToken.None);
            if (expected is not null && reader.RecordsAffected != expected)
            {
                throw new WriterLostException("The epoch of this writer is over, or a stream was moved: this daemon must not go on writing.");
            }
        }
        catch (PostgresException e) when (e.InvariantSeverity != "PANIC" && !(isComplete && PostgresErrors.EndsSession(e)))
        {
            throw PostgresErrors.Translate(e); // rolled back
        }
        catch (Exception e) when (PostgresErrors.WasNotSent(e))
        {
            throw PostgresErrors.Translate(e); // the server was gone before
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw new AppendOutcomeUnknownException("The connection to the event log broke during a commit.", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (statements is not null)
        {
            await statements.DisposeAsync();
        }

        await connection.DisposeAsync();
    }

    private async Task LockAsync(TimeSpan timeout, CancellationToken ct)
    {
        // A server that was started for reading may serve us now; and when we are killed in the middle of a statement that hangs, the server
        // must notice, since the successor waits for the lock.
        await ExecuteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"set default_transaction_read_only = off; set client_connection_check_interval = 500; set lock_timeout = {(long)Math.Max(1, timeout.TotalMilliseconds)}"),
            ct);
        try
        {
            await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"select pg_advisory_lock({LockKey})"), ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new WriterLostException("Another qubesd writes to this event log: stop it first.", e);
        }
    }

    private async Task<LogHead> ReadHeadAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select seq_id, timestamp, headers ->> 'Hash' from qubes.mt_events order by seq_id desc limit 1", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return LogHead.Start;
        }

        var position = reader.GetInt64(0);
        var hash = await reader.IsDBNullAsync(2, ct) ? "" : reader.GetString(2);
        return hash.Length == 2 * ChainHash.Length && hash.All(char.IsAsciiHexDigitLower)
            ? new LogHead(position, Convert.FromHexString(hash), LogTime.ToMicroseconds(new DateTimeOffset(reader.GetDateTime(1))))
            : throw new LogRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The last event of the log (position {position}) was not written by qubesd, or was changed: look at it with qubes-history verify."));
    }

    /// <summary>Lets Marten's sequence stand at the end of the log; never within a transaction, which would not take it back.</summary>
    private Task MoveSequenceAsync(long position, CancellationToken ct) => ExecuteAsync(
        string.Create(
            CultureInfo.InvariantCulture,
            $"select set_config('synchronous_commit', 'off', true), setval('qubes.mt_events_sequence', {Math.Max(1, position)}, {(position > 0 ? "true" : "false")})"),
        ct);

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
