using System.Globalization;
using Npgsql;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Compares the stored tree with the log, and tells from it where a log that does not fit its checkpoints was changed first.</summary>
internal sealed class TreeComparison(NpgsqlConnection connection, IReadOnlyList<CheckpointClaim> claims, CancellationToken ct)
{
    private const string Rows = "select level::bigint, tile, hashes from qubes.qubes_merkle";

    /// <summary>The first event that is certainly not the one that was signed; null when none was found.</summary>
    public LogPosition? Changed { get; private set; }

    /// <summary>The first position at which the stored tree and the log differ; null when they do not.</summary>
    /// <param name="tree">The tree over the events that fit.</param>
    public async Task<ChainFault?> FindAsync(SeenTree tree)
    {
        if (!await MerkleStore.ExistsAsync(connection, ct))
        {
            return null;
        }

        var needed = claims.Where(claim => claim is { IsOutside: false, IsRefused: false, Signed: not null }).Select(claim => claim.Size).DefaultIfEmpty().Max();
        var places = new SortedSet<(long Leaf, bool IsCertain)>();
        var counts = new Dictionary<int, long>();
        await using (var rows = await CopyRows.OpenAsync(connection, Rows, 3, ct))
        {
            while (await rows.ReadAsync(ct))
            {
                var tile = new MerkleTile((int)rows.Integer(0), rows.Integer(1), rows.Bytes(2).ToArray());
                if ((tile.Level is < 0 or >= MerkleTile.Height ? (0, true) : tree.FindDifference(tile, needed)) is { } place)
                {
                    places.Add(place);
                }

                counts[tile.Level] = counts.GetValueOrDefault(tile.Level) + tile.Count;
            }
        }

        if (Enumerable.Range(0, MerkleTile.Height).Any(level => counts.GetValueOrDefault(level) < MerkleTile.CountAt(needed, level)))
        {
            if (await FirstMissingAsync(needed) is { } missing)
            {
                places.Add((missing, true));
            }
        }

        foreach (var (place, isCertain) in places)
        {
            if (await ExplainAsync(place, isCertain, tree) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private async Task<long?> FirstMissingAsync(long size)
    {
        await using var command = new NpgsqlCommand(
            """
            select min(level_of.tile << (8 * (level_of.level + 1))) from (
                select level, generate_series(0, ($1 >> (8 * level)) >> 8) as tile, ($1 >> (8 * level)) as hashes from generate_series(0, 6) as level) as level_of
            left join qubes.qubes_merkle as stored on stored.level = level_of.level and stored.tile = level_of.tile
            where stored.level is null and level_of.hashes > level_of.tile << 8
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = size });
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    // Which of the two was changed: what was signed tells.
    private async Task<ChainFault?> ExplainAsync(long place, bool isCertain, SeenTree tree)
    {
        if (place >= tree.Size)
        {
            return new ChainFault(new LogPosition(place + 1), "the stored tree (qubes_merkle) goes on here: the end of the log is missing");
        }

        var start = place - (place % MerkleTile.Width);
        var stored = (await MerkleStore.ReadAsync(connection, [start], ct)).GetValueOrDefault((0, start / MerkleTile.Width), []);
        if (await FirstOfTileAsync(start, stored) is { } leaf && leaf < tree.Size)
        {
            Changed = await IsSignedAsync(leaf, stored.AsSpan((int)(leaf - start) * MerkleHash.Length, MerkleHash.Length).ToArray()) ? new LogPosition(leaf + 1) : null;
            return new ChainFault(new LogPosition(leaf + 1), Changed is not null
                ? "the event was changed, with its hash: it is not the one that a signed checkpoint covers"
                : "the stored tree (qubes_merkle) does not fit the event");
        }

        // Otherwise the log has grown beyond a row that reaches as far as it must.
        return isCertain ? new ChainFault(new LogPosition(place + 1), "the stored tree (qubes_merkle) is damaged here") : null;
    }

    private async Task<long?> FirstOfTileAsync(long start, byte[] stored)
    {
        await using var rows = await CopyRows.OpenAsync(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"select seq_id, headers ->> 'Hash' from qubes.mt_events where seq_id > {start} and seq_id <= {start + (stored.Length / MerkleHash.Length)} order by seq_id"),
            2,
            ct);
        var next = start;
        var hash = new byte[ChainHash.Length];
        while (await rows.ReadAsync(ct))
        {
            var isHash = rows.Bytes(1).Length == 2 * ChainHash.Length && Convert.FromHexString(rows.Bytes(1), hash, out _, out _) == System.Buffers.OperationStatus.Done;
            if (rows.Integer(0) != next + 1 || !isHash || !stored.AsSpan((int)(next - start) * MerkleHash.Length, MerkleHash.Length).SequenceEqual(MerkleHash.Leaf(hash)))
            {
                return next;
            }

            next++;
        }

        return next < start + (stored.Length / MerkleHash.Length) ? next : null;
    }

    // Whether the stored leaf is the one that a checkpoint covers.
    private async Task<bool> IsSignedAsync(long leaf, byte[] stored)
    {
        foreach (var claim in claims.Where(claim => claim is { Signed: not null, IsRefused: false } && claim.Size > leaf).Take(3))
        {
            try
            {
                var path = MerklePath.Inclusion(leaf, claim.Size, MerkleStore.Nodes(await MerkleStore.ReadAsync(connection, [leaf, claim.Size], ct)));
                if (MerklePath.RootOfInclusion(stored, leaf, claim.Size, path) is { } root && claim.Signed!.Checkpoint.Root.Span.SequenceEqual(root)) // filtered
                {
                    return true;
                }
            }
            catch (ProofException)
            {
                // The stored tree is not whole: it tells nothing.
            }
        }

        return false;
    }
}
