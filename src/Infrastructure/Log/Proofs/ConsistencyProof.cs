namespace Qubes.Cqrs.Infrastructure;

/// <summary>Shows that one signed log continues another: nothing of the older one was changed or left out.</summary>
/// <remarks>A line with the form, the hashes, an empty line, the older checkpoint, a line <c>====</c>, the newer one. Description: docs/proofs.md.</remarks>
public sealed class ConsistencyProof
{
    /// <summary>The first line.</summary>
    public const string Form = "qubes-cqrs/consistency-proof/v1";

    private const string Between = "====\n";

    private ConsistencyProof(SignedCheckpoint older, SignedCheckpoint newer, IReadOnlyList<byte[]> path) => (Older, Newer, Path) = (older, newer, path);

    /// <summary>The older checkpoint.</summary>
    public SignedCheckpoint Older { get; }

    /// <summary>The newer checkpoint.</summary>
    public SignedCheckpoint Newer { get; }

    /// <summary>The hashes.</summary>
    public IReadOnlyList<byte[]> Path { get; }

    /// <summary>The proof as it stands in a file.</summary>
    public string Text => $"{Form}\n{string.Concat(Path.Select(hash => Convert.ToBase64String(hash) + "\n"))}\n{Older.Note}{Between}{Newer.Note}";

    /// <summary>Reads a proof and checks all that can be checked without a key.</summary>
    /// <exception cref="ProofException">It does not show what it says.</exception>
    public static ConsistencyProof Parse(string text)
    {
        var head = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (head < 0 || text[..head].Split('\n') is not [Form, .. var lines] || lines.Length > 2 * MerklePath.Longest ||
            text[(head + 2)..].Split("\n" + Between) is not [var older, var newer])
        {
            throw new ProofException($"it is no proof: it does not begin with '{Form}', or lacks its two checkpoints");
        }

        return Of(SignedCheckpoint.Parse(older + "\n"), SignedCheckpoint.Parse(newer), [.. lines.Select(ProofText.Hash)]);
    }

    internal static ConsistencyProof Of(SignedCheckpoint older, SignedCheckpoint newer, IReadOnlyList<byte[]> path) =>
        MerklePath.IsConsistent(older.Checkpoint.Size, older.Checkpoint.Root.Span, newer.Checkpoint.Size, newer.Checkpoint.Root.Span, path)
            ? new ConsistencyProof(older, newer, path)
            : throw new ProofException("the newer checkpoint does not continue the older one: something between was rewritten");
}
