using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The writing end of the log in PostgreSQL.</summary>
/// <remarks>Rules of the one writer: docs/event-log.md. When the connection is gone, appends fail at once until <see cref="RecoverAsync"/> succeeded.</remarks>
public sealed class PostgresEventLog : IEventAppender, IAsyncDisposable
{
    private const int TailToCheck = 1000;

    private readonly LogDatabase database;
    private readonly Func<CancellationToken, Task> ensureServer;
    private readonly TimeSpan lockTimeout;
    private readonly IFaultPoints? faults;
    private readonly ILogger logger;
    private readonly EventBatch batch;
    private readonly SequenceFollower sequence;
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
    private WriterSession? session;
    private LogHead head = LogHead.Start;
    private string whyClosed = "The event log is closed.";
    private bool isOutcomeUnknown;
    private WriterLostException? lost;
    private long commits;

    private PostgresEventLog(
        LogDatabase database, Func<CancellationToken, Task> ensureServer, EventSerializer serializer, TimeSpan lockTimeout, IFaultPoints? faults, ILogger logger)
    {
        this.database = database;
        this.ensureServer = ensureServer;
        this.lockTimeout = lockTimeout;
        this.faults = faults;
        this.logger = logger;
        batch = new EventBatch(serializer);
        sequence = new SequenceFollower(database, logger);
    }

    /// <inheritdoc/>
    public LogPosition Head => new(head.Position);

    /// <summary>The chain hash at <see cref="Head"/>.</summary>
    public ReadOnlyMemory<byte> HeadHash => head.Hash;

    /// <summary>Gets the hashes of what became durable.</summary>
    internal HashFeed Feed { get; } = new();

    /// <summary>Whether appends fail until <see cref="RecoverAsync"/> succeeded.</summary>
    public bool NeedsRecovery => session is null;

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<RecordedEvent>> AppendAsync(ImmutableArray<PendingEvent> events, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfZero(events.Length, nameof(events));
        var current = lost is not null ? throw lost : session ?? throw new EventLogUnavailableException(whyClosed);
        batch.Fill(events, head, versions);
        commits++;
        faults?.BeforeCommit(commits);
        try
        {
            await current.AppendAsync(batch, faults is null ? null : () => faults.InCommit(commits, current.BackendProcessId));
        }
        catch (Exception e) when (e is EventLogUnavailableException or AppendOutcomeUnknownException or WriterLostException)
        {
            await FailAsync(e);
            throw;
        }

        Adopt();
        faults?.AfterCommit(commits);
        return batch.Recorded;
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<RecordedEvent>> RecoverAsync(CancellationToken ct)
    {
        await CloseSessionAsync();
        var isThere = false;
        try
        {
            await ConnectAsync(
                (_, found) =>
                {
                    isThere = isOutcomeUnknown && found.IsSame(batch.Head);
                    return isThere || found.IsSame(head)
                        ? Task.CompletedTask
                        : throw new WriterLostException(string.Create(
                            CultureInfo.InvariantCulture,
                            $"The event log ends at position {found.Position} and not where this daemon left it ({head.Position}): somebody else has written or replaced it."));
                },
                ct);
        }
        catch (LogRefusedException e)
        {
            throw new WriterLostException(e.Message, e); // it was fine when it was opened
        }
        catch (Exception e) when (e is PostgresSetupException or Win32Exception or UnauthorizedAccessException)
        {
            throw new EventLogUnavailableException(e.Message, e);
        }

        isOutcomeUnknown = false;
        lost = null;
        if (!isThere)
        {
            return [];
        }

        Adopt();
        return batch.Recorded;
    }

    /// <summary>Lets go of the log.</summary>
    public async ValueTask DisposeAsync()
    {
        await sequence.DisposeAsync();
        await CloseSessionAsync();
    }

    /// <summary>Connects, takes the lock and an epoch, and brings the schema up to date.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    /// <exception cref="WriterLostException">Another daemon holds the log.</exception>
    /// <exception cref="LogRefusedException">The log must not be used as it is.</exception>
    internal static async Task<PostgresEventLog> OpenAsync(
        LogDatabase database,
        Func<CancellationToken, Task> ensureServer,
        EventSerializer serializer,
        TimeSpan lockTimeout,
        IFaultPoints? faults,
        ILogger logger,
        CancellationToken ct)
    {
        var log = new PostgresEventLog(database, ensureServer, serializer, lockTimeout, faults, logger);
        try
        {
            await log.ConnectAsync((connection, found) => log.LoadAsync(connection, found, ct), ct);
            return log;
        }
        catch
        {
            await log.DisposeAsync();
            throw;
        }
    }

    private async Task ConnectAsync(Func<NpgsqlConnection, LogHead, Task> accept, CancellationToken ct)
    {
        try
        {
            await ensureServer(ct);
            session = await WriterSession.OpenAsync(database, lockTimeout, ct);
            await session.MigrateAsync(ct);
            await session.TakeTurnAsync(accept, batch, ct);
        }
        catch (Exception e)
        {
            await CloseSessionAsync();
            var meaning = PostgresErrors.IsDatabase(e) ? PostgresErrors.Translate(e) : e;
            whyClosed = meaning.Message;
            if (meaning != e)
            {
                throw meaning;
            }

            throw;
        }
    }

    /// <summary>Reads where each stream stands; a log whose numbers have holes is refused.</summary>
    private async Task LoadAsync(NpgsqlConnection connection, LogHead found, CancellationToken ct)
    {
        var sum = 0L;
        await using (var command = new NpgsqlCommand("select id, version from qubes.mt_streams where version > 0", connection))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                var version = reader.GetInt64(1);
                versions.Add(reader.GetString(0), version);
                sum += version;
            }
        }

        await using var tail = new NpgsqlCommand(
            $"select count(*) from (select from qubes.mt_events order by seq_id desc limit {TailToCheck}) as tail", connection);
        var rows = (long)(await tail.ExecuteScalarAsync(ct) ?? 0L);
        await using var first = new NpgsqlCommand("select count(*) from qubes.mt_events where seq_id > $1", connection);
        first.Parameters.Add(new NpgsqlParameter<long> { TypedValue = found.Position - TailToCheck });
        var dense = (long)(await first.ExecuteScalarAsync(ct) ?? 0L);
        if (sum != found.Position || rows != Math.Min(found.Position, TailToCheck) || dense != rows)
        {
            throw new LogRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The event log ends at position {found.Position}, but its streams hold {sum} events: events are missing or were added. Find them with qubes-history verify."));
        }

        head = found;
    }

    private void Adopt()
    {
        Feed.Add(head.Position, batch.Hashes);
        head = batch.Head;
        for (var index = 0; index < batch.Streams.Count; index++)
        {
            versions[batch.Streams[index]] = batch.VersionsAfter[index];
        }

        sequence.Follow(head.Position);
    }

    private async Task FailAsync(Exception e)
    {
        isOutcomeUnknown = e is AppendOutcomeUnknownException;
        lost = e as WriterLostException;
        whyClosed = e.Message;
        LogMessages.AppendFailed(logger, e.Message, e);
        if (session is { IsBroken: true } || e is not EventLogUnavailableException)
        {
            await CloseSessionAsync();
        }
    }

    private async Task CloseSessionAsync()
    {
        if (session is { } old)
        {
            session = null;
            await old.DisposeAsync();
        }
    }
}
