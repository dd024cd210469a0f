using System.Runtime.CompilerServices;
using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The reading end of the log in PostgreSQL.</summary>
/// <remarks>Safe to use from several threads; each reading borrows a session.</remarks>
public sealed class PostgresEventReader : IEventReader
{
    private readonly LogDatabase database;
    private readonly EventSerializer serializer;

    internal PostgresEventReader(LogDatabase database, EventSerializer serializer) => (this.database, this.serializer) = (database, serializer);

    /// <inheritdoc/>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<LogPosition> HeadAsync(CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand("select coalesce(max(seq_id), 0) from qubes.mt_events");
            return new LogPosition((long)(await command.ExecuteScalarAsync(ct) ?? 0L));
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(LogPosition after, LogPosition? upTo, [EnumeratorCancellation] CancellationToken ct)
    {
        var events = new EventRows(serializer);
        await using var connection = await ConnectAsync(ct);
        await using var rows = await OpenAsync(connection, EventRows.Query(after, upTo), ct);
        while (await NextAsync(rows, ct))
        {
            yield return events.Decode(rows);
        }
    }

    /// <summary>Reads the events of one stream, the newest first, through the stream's own index.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="upTo">The last position that counts.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async IAsyncEnumerable<RecordedEvent> ReadBackAsync(StreamName stream, LogPosition upTo, [EnumeratorCancellation] CancellationToken ct)
    {
        const int window = 500;
        var events = new EventRows(serializer);
        var before = new StreamVersion(long.MaxValue);
        List<RecordedEvent> found;
        do
        {
            found = [];
            await using var connection = await ConnectAsync(ct);
            await using (var rows = await OpenAsync(connection, EventRows.QueryBack(stream, before, upTo, window), ct))
            {
                while (await NextAsync(rows, ct))
                {
                    found.Add(events.Decode(rows));
                }
            }

            foreach (var recorded in found)
            {
                before = recorded.Version;
                yield return recorded;
            }
        }
        while (found.Count == window);
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken ct)
    {
        try
        {
            return await database.OpenPooledAsync(ct);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    private static async Task<CopyRows> OpenAsync(NpgsqlConnection connection, string query, CancellationToken ct)
    {
        try
        {
            return await CopyRows.OpenAsync(connection, query, EventRows.Columns, ct);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    private static async ValueTask<bool> NextAsync(CopyRows rows, CancellationToken ct)
    {
        try
        {
            return await rows.ReadAsync(ct);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }
}
