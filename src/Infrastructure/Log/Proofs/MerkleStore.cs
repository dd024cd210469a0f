using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The tree's tiles and the checkpoints in the database.</summary>
internal static class MerkleStore
{
    /// <summary>Whether the tables are there: a log that an older daemon wrote lacks them.</summary>
    public static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select to_regclass('qubes.qubes_merkle') is not null and to_regclass('qubes.qubes_checkpoints') is not null", connection);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Reads the tiles that proofs about some sizes and leaves need: a few for each.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="places">Leaves whose tiles, and sizes whose right edges, are needed.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<Dictionary<(int Level, long Tile), byte[]>> ReadAsync(NpgsqlConnection connection, IReadOnlyCollection<long> places, CancellationToken ct)
    {
        var (levels, tiles) = (new List<int>(), new List<long>());
        foreach (var (level, tile) in places.SelectMany(TilesOf).Distinct())
        {
            levels.Add(level);
            tiles.Add(tile);
        }

        await using var command = new NpgsqlCommand(
            "select level, tile, hashes from qubes.qubes_merkle where (level, tile) in (select * from unnest($1, $2))", connection);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. levels], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. tiles], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        var found = new Dictionary<(int, long), byte[]>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            found.Add((reader.GetInt16(0), reader.GetInt64(1)), reader.GetFieldValue<byte[]>(2));
        }

        return found;
    }

    /// <summary>Finds nodes in tiles.</summary>
    /// <exception cref="ProofException">A tile is missing or too short.</exception>
    public static Func<int, long, byte[]> Nodes(IReadOnlyDictionary<(int Level, long Tile), byte[]> tiles) => (level, index) =>
    {
        var (tileLevel, height) = (level / MerkleTile.Height, level % MerkleTile.Height);
        var first = index << height;
        var (start, length) = ((int)(first % MerkleTile.Width) * MerkleHash.Length, MerkleHash.Length << height);
        return tiles.TryGetValue((tileLevel, first / MerkleTile.Width), out var hashes) && hashes.Length >= start + length
            ? MerkleHash.Subtree(hashes.AsSpan(start, length))
            : throw new ProofException(string.Create(
                CultureInfo.InvariantCulture, $"the stored tree lacks row {first / MerkleTile.Width} of level {tileLevel} (qubes_merkle): the daemon makes it anew when it starts"));
    };

    /// <summary>Keeps tiles; those that are there already are replaced.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyCollection<MerkleTile> tiles, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into qubes.qubes_merkle (level, tile, hashes) select * from unnest($1, $2, $3) on conflict (level, tile) do update set hashes = excluded.hashes", connection);
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. tiles.Select(tile => (short)tile.Level)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. tiles.Select(tile => tile.Index)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. tiles.Select(tile => tile.Hashes)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        await command.ExecuteNonQueryAsync(ct);
    }

    private static IEnumerable<(int Level, long Tile)> TilesOf(long place)
    {
        for (var level = 0; level == 0 || MerkleTile.CountAt(place, level) > 0; level++)
        {
            yield return (level, MerkleTile.CountAt(place, level) / MerkleTile.Width);
        }
    }
}
