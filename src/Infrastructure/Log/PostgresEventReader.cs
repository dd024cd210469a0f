using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The reading end of the log in PostgreSQL.</summary>
/// <remarks>Safe to use from several threads; each reading borrows a session.</remarks>
public sealed class PostgresEventReader : IEventReader
{
    private const int Columns = 11;
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
        var limit = upTo is { } last ? string.Create(CultureInfo.InvariantCulture, $" and seq_id <= {last.Value}") : "";
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"select seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers, user_name from qubes.mt_events where seq_id > {after.Value}{limit} order by seq_id");
        await using var connection = await ConnectAsync(ct);
        await using var rows = await OpenAsync(connection, query, ct);
        var texts = new TextCache();
        while (await NextAsync(rows, ct))
        {
            yield return Decode(rows, texts);
        }
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
            return await CopyRows.OpenAsync(connection, query, Columns, ct);
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

    private RecordedEvent Decode(CopyRows rows, TextCache texts)
    {
        var position = new LogPosition(rows.Integer(0));
        var type = texts.Get(rows.Bytes(5));
        try
        {
            var names = HeadersReader.Read(rows.Json(9), texts, out var isErased);
            return new RecordedEvent(
                position,
                rows.Guid(1),
                new StreamName(texts.Get(rows.Bytes(2))),
                new StreamVersion(rows.Integer(3)),
                LogTime.ToTime(rows.Microseconds(6)),
                type,
                isErased ? null : serializer.Read(type, rows.Json(4)),
                isErased ? null : names.ToMetadata(
                    StoredText.Unescape(texts.Get(rows.Bytes(7))),
                    rows.IsNull(8) ? null : StoredText.Unescape(texts.Get(rows.Bytes(8))),
                    StoredText.Unescape(texts.Get(rows.Bytes(10)))));
        }
        catch (JsonException e)
        {
            throw new UnknownEventException(position, type, e.Message, e);
        }
    }
}
