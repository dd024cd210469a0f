using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Checkpoints in the database: kept together with the tiles that they cover, in one transaction.</summary>
internal sealed class CheckpointTable(LogDatabase database)
{
    private const int TilesAtOnce = 256;
    private const int MostNewest = 1000;

    /// <summary>The newest one that covers some events and was not set aside; null when there is none.</summary>
    /// <exception cref="ProofException">It cannot be read.</exception>
    public static async Task<SignedCheckpoint?> FindNewestAsync(NpgsqlConnection connection, long covering, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select note from qubes.qubes_checkpoints where not is_refused and size >= $1 order by number desc limit 1", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = covering });
        return await command.ExecuteScalarAsync(ct) is string note ? SignedCheckpoint.Parse(note) : null;
    }

    /// <summary>Keeps a checkpoint; false, and nothing is kept, when the log no longer has its last event.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="tiles">What of the tree changed since the last one.</param>
    /// <param name="isWhole">Whether these are all tiles, and what is stored goes.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<bool> AddAsync(SignedCheckpoint checkpoint, IReadOnlyList<MerkleTile> tiles, bool isWhole, CancellationToken ct)
    {
        await using var connection = await database.OpenPooledAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, "set transaction read write", ct);
        if (await StoredHash.FindAsync(connection, checkpoint.Checkpoint.Size, ct) != Convert.ToHexStringLower(checkpoint.Checkpoint.Chain.Span))
        {
            return false;
        }

        if (isWhole)
        {
            await ExecuteAsync(connection, "delete from qubes.qubes_merkle", ct);
        }

        foreach (var some in tiles.Chunk(TilesAtOnce))
        {
            await MerkleStore.WriteAsync(connection, some, ct);
        }

        await using (var add = new NpgsqlCommand("insert into qubes.qubes_checkpoints (size, note) values ($1, $2)", connection))
        {
            add.Parameters.Add(new NpgsqlParameter<long> { TypedValue = checkpoint.Checkpoint.Size });
            add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = checkpoint.Note });
            await add.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Drops old ones: later ones cover what they cover.</summary>
    public async Task PruneAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenPooledAsync(ct);
        await ExecuteAsync(
            connection,
            string.Create(CultureInfo.InvariantCulture, $"""
                delete from qubes.qubes_checkpoints where not is_refused
                and number <= (select max(number) - {MostNewest} from qubes.qubes_checkpoints)
                and number not in (select max(number) from qubes.qubes_checkpoints where not is_refused group by size / {MostNewest})
                """),
            ct);
    }

    /// <summary>Sets checkpoints aside that the log no longer fits, and drops the tree, which is made anew.</summary>
    public async Task RefuseAsync(IReadOnlyList<long> numbers, CancellationToken ct)
    {
        await using var connection = await database.OpenPooledAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, "set transaction read write", ct);
        await ExecuteAsync(connection, "delete from qubes.qubes_merkle", ct);
        await using (var refuse = new NpgsqlCommand("update qubes.qubes_checkpoints set is_refused = true where number = any ($1)", connection))
        {
            refuse.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. numbers], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
            await refuse.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
