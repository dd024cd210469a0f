using Npgsql;
using NpgsqlTypes;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The statements of the writer, prepared once for its session; each is one round trip and one transaction.</summary>
/// <remarks>A lone event of a known stream goes by a plain statement, whose effect is shown by its count of rows: none when the epoch is over or the
/// stream was moved. Everything else goes by the functions of 003-append.sql, which raise errors.</remarks>
internal sealed class AppendStatements : IAsyncDisposable
{
    private const string Next = """
        with turn as (select from qubes.qubes_writer where epoch = $1 for no key update),
        stream as (
            update qubes.mt_streams set version = $5, timestamp = $8 where id = $4 and version = $5 - 1 and exists (select from turn) returning 1)
        insert into qubes.mt_events (
            seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type,
            correlation_id, causation_id, headers, user_name, is_archived)
        select $2, $3, $4, $5, $6, null, $7, $8, '*DEFAULT*', $9, $10, $11, $12, $13, false from stream
        returning 1
        """; // a row comes before the commit, so that the session can tell an end before from an end after it

    private const string Many =
        "select qubes.qubes_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

    private readonly NpgsqlCommand next;
    private readonly NpgsqlCommand many;
    private readonly NpgsqlParameter<long> position;
    private readonly NpgsqlParameter<Guid> id;
    private readonly NpgsqlParameter<string> stream;
    private readonly NpgsqlParameter<long> version;
    private readonly NpgsqlParameter<byte[]> payload;
    private readonly NpgsqlParameter<string> type;
    private readonly NpgsqlParameter<DateTime> time;
    private readonly NpgsqlParameter<string> clrType;
    private readonly NpgsqlParameter<string> correlation;
    private readonly NpgsqlParameter<string?> causation;
    private readonly NpgsqlParameter<byte[]> headers;
    private readonly NpgsqlParameter<string> user;

    private AppendStatements(NpgsqlConnection connection, EventBatch batch, long epoch)
    {
        next = new NpgsqlCommand(Next, connection);
        Add(next, epoch, NpgsqlDbType.Bigint);
        position = Add(next, 0L, NpgsqlDbType.Bigint);
        id = Add(next, Guid.Empty, NpgsqlDbType.Uuid);
        stream = Add(next, "", NpgsqlDbType.Varchar);
        version = Add(next, 0L, NpgsqlDbType.Bigint);
        payload = Add(next, Array.Empty<byte>(), NpgsqlDbType.Jsonb);
        type = Add(next, "", NpgsqlDbType.Varchar);
        time = Add(next, DateTime.UnixEpoch, NpgsqlDbType.TimestampTz);
        clrType = Add(next, "", NpgsqlDbType.Varchar);
        correlation = Add(next, "", NpgsqlDbType.Varchar);
        causation = Add<string?>(next, null, NpgsqlDbType.Varchar);
        headers = Add(next, Array.Empty<byte>(), NpgsqlDbType.Jsonb);
        user = Add(next, "", NpgsqlDbType.Varchar);

        many = new NpgsqlCommand(Many, connection);
        Add(many, epoch, NpgsqlDbType.Bigint);
        AddList(batch.Streams, NpgsqlDbType.Varchar);
        AddList(batch.StreamTypes, NpgsqlDbType.Varchar);
        AddList(batch.VersionsBefore, NpgsqlDbType.Bigint);
        AddList(batch.VersionsAfter, NpgsqlDbType.Bigint);
        AddList(batch.StreamTimes, NpgsqlDbType.TimestampTz);
        AddList(batch.Positions, NpgsqlDbType.Bigint);
        AddList(batch.Ids, NpgsqlDbType.Uuid);
        AddList(batch.EventStreams, NpgsqlDbType.Varchar);
        AddList(batch.EventVersions, NpgsqlDbType.Bigint);
        AddList(batch.Payloads, NpgsqlDbType.Jsonb);
        AddList(batch.Types, NpgsqlDbType.Varchar);
        AddList(batch.Times, NpgsqlDbType.TimestampTz);
        AddList(batch.ClrTypes, NpgsqlDbType.Varchar);
        AddList(batch.CorrelationIds, NpgsqlDbType.Varchar);
        AddList(batch.CausationIds, NpgsqlDbType.Varchar);
        AddList(batch.Headers, NpgsqlDbType.Jsonb);
        AddList(batch.Users, NpgsqlDbType.Varchar);
    }

    /// <summary>Prepares the statements for a session, its epoch, and the batch whose lists they send.</summary>
    public static async Task<AppendStatements> PrepareAsync(NpgsqlConnection connection, EventBatch batch, long epoch, CancellationToken ct)
    {
        var statements = new AppendStatements(connection, batch, epoch);
        await statements.next.PrepareAsync(ct);
        await statements.many.PrepareAsync(ct);
        return statements;
    }

    /// <summary>The statement that appends the batch, with its values, and how many rows show that it did (null: errors tell).</summary>
    public (NpgsqlCommand Command, int? Rows) For(EventBatch batch)
    {
        if (batch.Positions.Count != 1 || batch.VersionsBefore[0] == 0)
        {
            return (many, null);
        }

        position.TypedValue = batch.Positions[0];
        id.TypedValue = batch.Ids[0];
        stream.TypedValue = batch.EventStreams[0];
        version.TypedValue = batch.EventVersions[0];
        payload.TypedValue = batch.Payloads[0];
        type.TypedValue = batch.Types[0];
        time.TypedValue = batch.Times[0];
        clrType.TypedValue = batch.ClrTypes[0];
        correlation.TypedValue = batch.CorrelationIds[0];
        causation.TypedValue = batch.CausationIds[0];
        headers.TypedValue = batch.Headers[0];
        user.TypedValue = batch.Users[0];
        return (next, 1);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await next.DisposeAsync();
        await many.DisposeAsync();
    }

    private static NpgsqlParameter<T> Add<T>(NpgsqlCommand command, T value, NpgsqlDbType type)
    {
        var parameter = new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type };
        command.Parameters.Add(parameter);
        return parameter;
    }

    private void AddList<T>(List<T> list, NpgsqlDbType element) => Add(many, list, NpgsqlDbType.Array | element);
}
