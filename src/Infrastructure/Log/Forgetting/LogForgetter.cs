using System.Text;
using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Erases events so that no file of the log holds them any more: the tables, the snapshots, the write-ahead log.</summary>
/// <remarks>Steps, each of which can be done again after a crash: docs/forget.md.</remarks>
public sealed class LogForgetter
{
    private const string Digests = "qube-files.sha256";
    private const string LockPatience = "60s";
    private const double BytesPerSecond = 40e6;
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(2);

    private readonly LogDatabase database;
    private readonly SnapshotStore snapshots;
    private readonly EventEraser eraser;
    private readonly PostgresEventReader reader;
    private readonly EmbeddedPostgres? server;
    private readonly LogOptions options;

    internal LogForgetter(
        LogDatabase database, SnapshotStore snapshots, EventEraser eraser, PostgresEventReader reader, EmbeddedPostgres? server, LogOptions options)
    {
        (this.database, this.snapshots, this.eraser, this.reader) = (database, snapshots, eraser, reader);
        (this.server, this.options) = (server, options);
    }

    /// <summary>Whether the write-ahead log can be cleared here: it is that of the embedded server.</summary>
    public bool ClearsJournal => server is not null;

    /// <summary>About how long writes would pause.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<TimeSpan> EstimateAsync(CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand(
                "select pg_total_relation_size('qubes.mt_events') + pg_total_relation_size('qubes.mt_streams') + pg_total_relation_size('qubes.qubes_snapshots')");
            return Restart + TimeSpan.FromSeconds((long)(await command.ExecuteScalarAsync(ct) ?? 0L) / BytesPerSecond);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <summary>Carries a plan out. Nothing may be appended meanwhile but by the caller.</summary>
    /// <param name="plan">What is to be done, made of the log as it is.</param>
    /// <param name="appender">The writing end of the log; its connection is made anew.</param>
    /// <param name="kept">The state that the log gives.</param>
    /// <param name="metadata">Who asked for it, without the name of what is forgotten.</param>
    /// <param name="ct">Ends it between two steps; it is ended when the log is opened the next time.</param>
    /// <returns>The state that the log gives now: the same at a newer position, when something had to be stated anew.</returns>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<World> RunAsync(ForgetPlan plan, IEventAppender appender, World kept, EventMetadata metadata, CancellationToken ct)
    {
        await ResumeAsync(appender, ct);
        await ForgetFilesAsync(plan.Name, kept, ct);
        if (plan.Positions.IsEmpty)
        {
            return kept;
        }

        if (!plan.Restated.IsEmpty)
        {
            var now = TimeProvider.System.GetUtcNow();
            var quiet = metadata with { Announced = [] };
            var recorded = await appender.AppendAsync([.. plan.Restated.Select(@event => new PendingEvent(@event, now, quiet))], ct);
            kept = kept with { Position = recorded[^1].Position };
        }

        Step(1);
        await Note.WriteAsync(await FindIdentityAsync(ct), plan.Positions, ct);
        Step(2);
        await EraseAsync(plan.Positions, ct);
        await snapshots.SaveAsync(kept, ct);
        await ClearAsync(ct);
        if (server is not null)
        {
            await appender.RecoverAsync(ct);
        }

        Note.Remove();
        return kept;
    }

    /// <summary>Ends what was begun before a crash.</summary>
    /// <param name="appender">The writing end of the log.</param>
    /// <param name="ct">Ends it between two steps.</param>
    internal async Task ResumeAsync(IEventAppender appender, CancellationToken ct)
    {
        if (options.ForgettingFile is null || Note.Read() is not var (log, positions))
        {
            return;
        }

        if (log == await FindIdentityAsync(ct))
        {
            await EraseAsync(positions, ct);
            await ClearAsync(ct);
            await appender.RecoverAsync(ct);
        }

        Note.Remove();
    }

    private ForgettingNote Note => new(options.ForgettingFile ?? throw new InvalidOperationException("the log was opened without a place for notes"));

    private async Task EraseAsync(IReadOnlyCollection<LogPosition> positions, CancellationToken ct)
    {
        await eraser.EraseAsync(positions, ct);
        Step(3);
        await RewriteAsync(ct);
        Step(4);
    }

    private async Task ClearAsync(CancellationToken ct)
    {
        if (server is not null)
        {
            database.ForgetSessions();
            await server.ClearJournalAsync(() => Step(5), ct);
            Step(6);
        }
    }

    // New files for the tables and their indexes; figures about their values are made anew as well.
    private async Task RewriteAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenOwnAsync(ct);
            foreach (var statement in Statements())
            {
                await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
                await command.ExecuteNonQueryAsync(ct);
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new EventLogUnavailableException("somebody reads the log all the time: end qubes-history and whatever else is connected, and try again", e);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    private IEnumerable<string> Statements()
    {
        yield return $"set lock_timeout = '{LockPatience}'";
        foreach (var table in new[] { "qubes.mt_events", "qubes.mt_streams", "qubes.qubes_snapshots" })
        {
            yield return $"vacuum (full, analyze) {table}";
        }

        if (server is not null)
        {
            yield return "vacuum full pg_catalog.pg_statistic"; // it holds the commonest values of each column
            yield return "checkpoint";
        }
    }

    // The daemon's own list of the files that it wrote for qubes.
    private async Task ForgetFilesAsync(string? name, World kept, CancellationToken ct)
    {
        var file = options.ForgettingFile is { } note ? Path.Combine(Path.GetDirectoryName(note) ?? "/", Digests) : "";
        if (name is null || kept.Find(name) is not null || !File.Exists(file))
        {
            return;
        }

        var lines = await File.ReadAllLinesAsync(file, ct);
        var others = lines.Where(line => !line.Contains($"/{name}/", StringComparison.Ordinal)).ToList();
        if (others.Count < lines.Length)
        {
            await AtomicFile.ReplaceAsync(file, Encoding.UTF8.GetBytes(string.Concat(others.Select(line => line + "\n"))), AtomicFileOptions.Default, ct);
        }
    }

    private async Task<Guid> FindIdentityAsync(CancellationToken ct)
    {
        await foreach (var recorded in reader.ReadAsync(LogPosition.Start, LogPosition.Start.Next, ct))
        {
            return recorded.Id;
        }

        return Guid.Empty;
    }

    private void Step(int number) => options.Faults?.InForgetting(number);
}
