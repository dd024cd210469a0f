using System.Globalization;
using Npgsql;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A checkpoint that the log has to fit.</summary>
/// <param name="Name">Where it was found, for messages.</param>
/// <param name="Size">How many events it covers.</param>
/// <param name="Signed">The checkpoint; null when it cannot be read.</param>
/// <param name="IsOutside">Whether it lay outside of the database.</param>
/// <param name="IsRefused">Whether an administrator set it aside.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
internal sealed record CheckpointClaim(string Name, long Size, SignedCheckpoint? Signed, bool IsOutside, bool IsRefused, string? Problem)
{
    // The daemon keeps far fewer; somebody who puts in more shall not use up the memory.
    private const int Most = 200_000;

    /// <summary>Its number in the table; 0 for others.</summary>
    public long Number { get; init; }

    /// <summary>Whether the log fits it; null when that is not known yet.</summary>
    public bool? Fits { get; set; }

    /// <summary>What is wrong with the checkpoint itself.</summary>
    public ChainFault? Fault => Problem is null ? null : new ChainFault(new LogPosition(Size), $"{Name}: {Problem}");

    /// <summary>Reads those of the table, and adds those from outside; sorted by size.</summary>
    public static async Task<List<CheckpointClaim>> LoadAsync(NpgsqlConnection connection, VerifyOptions options, CancellationToken ct)
    {
        List<(long Number, long Size, string Note, bool IsRefused)> rows = [];
        if (options.WithTables && await MerkleStore.ExistsAsync(connection, ct))
        {
            await using var command = new NpgsqlCommand(
                string.Create(CultureInfo.InvariantCulture, $"select number, size, note, is_refused from qubes.qubes_checkpoints order by number desc limit {Most}"), connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                rows.Add((reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetBoolean(3)));
            }
        }

        // Signatures take time: all cores.
        var inTable = rows.AsParallel().Select(row => OfRow(row.Number, row.Size, row.Note, row.IsRefused, options.Key));
        var outside = options.Outside.Select(found => OfOutside(found, ProblemOf(found.Checkpoint, options.Key)));
        return [.. inTable.Concat(outside.AsParallel()).AsEnumerable().OrderBy(claim => claim.Size).ThenBy(claim => claim.Name, StringComparer.Ordinal)];
    }

    /// <summary>Compares it with the log at its size.</summary>
    /// <param name="hash">The chain hash there.</param>
    /// <param name="root">The root of the tree there; null when it is not known.</param>
    public void Compare(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> root)
    {
        if (Signed is { Checkpoint: var said })
        {
            Fits = said.Chain.Span.SequenceEqual(hash) && (root.IsEmpty || said.Root.Span.SequenceEqual(root));
        }
    }

    private static CheckpointClaim OfOutside(OutsideCheckpoint found, string? problem) =>
        new(found.Name, found.Checkpoint.Checkpoint.Size, problem is null ? found.Checkpoint : null, true, false, problem);

    private static CheckpointClaim OfRow(long number, long size, string note, bool isRefused, CheckpointVerifierKey? key)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"checkpoint {number} of qubes_checkpoints");
        try
        {
            var signed = SignedCheckpoint.Parse(note);
            var problem = signed.Checkpoint.Size == size ? ProblemOf(signed, key) : "its row names another size than its text";
            return new CheckpointClaim(name, problem is null ? size : Math.Min(size, signed.Checkpoint.Size), problem is null ? signed : null, false, isRefused, problem) { Number = number };
        }
        catch (ProofException e)
        {
            return new CheckpointClaim(name, size, null, false, isRefused, e.Message) { Number = number };
        }
    }

    private static string? ProblemOf(SignedCheckpoint signed, CheckpointVerifierKey? key) =>
        key is null || signed.IsSignedBy(key) ? null : $"it is not signed by the key of {key.Name}";
}
