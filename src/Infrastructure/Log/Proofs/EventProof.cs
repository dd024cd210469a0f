using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Shows that an event is in a log that was signed.</summary>
/// <remarks>A line with the form, a line with the event, an empty line, then a proof as in C2SP's tlog-proof. Description: docs/proofs.md.</remarks>
public sealed class EventProof
{
    /// <summary>The first line.</summary>
    public const string Form = "qubes-cqrs/event-proof/v1";

    /// <summary>The first line of a short proof, for somebody who has the checkpoint.</summary>
    public const string ShortForm = "qubes-cqrs/event-proof/v2";

    private const string TreeForm = "c2sp.org/tlog-proof@v1";
    private const string IndexPrefix = "index ";
    private readonly EventEvidence evidence;

    private EventProof(EventEvidence evidence, IReadOnlyList<byte[]> path, SignedCheckpoint checkpoint) => (this.evidence, Path, Checkpoint) = (evidence, path, checkpoint);

    /// <summary>The checkpoint that covers the event.</summary>
    public SignedCheckpoint Checkpoint { get; }

    /// <summary>The hashes from the event up to the root.</summary>
    public IReadOnlyList<byte[]> Path { get; }

    /// <summary>Where the event stands.</summary>
    public long Position => evidence.Position;

    /// <summary>Its hash, in hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(evidence.Hash);

    /// <summary>The line of JSON that tells of the event.</summary>
    public string Event => evidence.Line;

    /// <summary>Whether the proof shows what the event said, and not only that there was one.</summary>
    public bool ShowsContent => evidence.Frame?.Content is not null;

    /// <summary>Whether the proof shows type, time and stream of the event.</summary>
    public bool ShowsFrame => evidence.Frame is not null;

    /// <summary>The type of the event, its stream and its time; null when the proof does not show them.</summary>
    public (string Type, string Stream, DateTimeOffset Time)? Frame => evidence.Frame is { } frame
        ? (StoredText.Unescape(frame.Type), StoredText.Unescape(frame.Stream), DateTimeOffset.UnixEpoch.AddTicks(frame.Microseconds * TimeSpan.TicksPerMicrosecond))
        : null;

    /// <summary>The calling qube; null when the proof does not show it.</summary>
    public string? Caller => evidence.Frame?.Content?.UserName is { } user ? StoredText.Unescape(user) : null;

    /// <summary>The payload, as JSON; null when the proof does not show it.</summary>
    public string? Payload => evidence.Frame?.Content?.Payload;

    /// <summary>The bytes of the proof beside the event and the checkpoint.</summary>
    public int PathBytes => Encoding.UTF8.GetByteCount(TreeText());

    /// <summary>The bytes of the path in the short form.</summary>
    public int ShortPathBytes => (Path.Count * MerkleHash.Length + 2) / 3 * 4;

    /// <summary>The proof as it stands in a file.</summary>
    public string Text => $"{Form}\n{evidence.Line}\n\n{TreeText()}\n{Checkpoint.Note}";

    /// <summary>The proof for somebody who has the checkpoint: without it, and without what they compute.</summary>
    public string ShortText => string.Create(
        CultureInfo.InvariantCulture, $"{ShortForm}\n{evidence.ToShortLine()}\n{Checkpoint.Checkpoint.Size} {Convert.ToBase64String([.. Path.SelectMany(hash => hash)])}\n");

    /// <summary>Reads a proof and checks all that can be checked without a key: the event's hash, and that it leads to the signed root.</summary>
    /// <param name="text">The proof.</param>
    /// <param name="checkpoint">The checkpoint that a short proof is for; null when there is none.</param>
    /// <exception cref="ProofException">It does not show what it says.</exception>
    public static EventProof Parse(string text, SignedCheckpoint? checkpoint = null)
    {
        if (text.StartsWith(ShortForm, StringComparison.Ordinal))
        {
            return ParseShort(text, checkpoint ?? throw new ProofException("it is a short proof: give the checkpoint that it was made for"));
        }

        var head = text.IndexOf("\n\n", StringComparison.Ordinal);
        var rest = head < 0 ? "" : text[(head + 2)..];
        var end = rest.IndexOf("\n\n", StringComparison.Ordinal);
        if (head < 0 || end < 0 || text[..head].Split('\n') is not [Form, var line])
        {
            throw new ProofException($"it is no proof: it does not begin with '{Form}' and the event");
        }

        var lines = rest[..end].Split('\n');
        if (lines is not [TreeForm, ['i', 'n', 'd', 'e', 'x', ' ', ..] index, ..] || lines.Length > 2 + MerklePath.Longest)
        {
            throw new ProofException($"it is no proof: '{TreeForm}' with an index is missing");
        }

        return Of(
            EventEvidence.Read(line), ProofText.Number(index[IndexPrefix.Length..], "index"), [.. lines[2..].Select(ProofText.Hash)], SignedCheckpoint.Parse(rest[(end + 2)..]));
    }

    private static EventProof ParseShort(string text, SignedCheckpoint checkpoint)
    {
        if (text.Split('\n') is not [ShortForm, var line, var path, ""] || path.Split(' ') is not [var size, var encoded])
        {
            throw new ProofException($"it is no proof: after '{ShortForm}' come the event and its path, each on a line");
        }

        var hashes = encoded.Length == 0 ? [] : ProofText.Base64(encoded);
        if (hashes is null || hashes.Length % MerkleHash.Length != 0 || hashes.Length > MerklePath.Longest * MerkleHash.Length)
        {
            throw new ProofException("the path is not of its form");
        }

        if (ProofText.Number(size, "size") != checkpoint.Checkpoint.Size)
        {
            throw new ProofException($"it was made for the checkpoint of {size} events, not for the one of {checkpoint.Checkpoint.Size.ToString(CultureInfo.InvariantCulture)}");
        }

        var evidence = EventEvidence.Read(line);
        return Of(evidence, evidence.Position - 1, [.. hashes.Chunk(MerkleHash.Length)], checkpoint);
    }

    internal static EventProof Of(EventEvidence evidence, long index, IReadOnlyList<byte[]> path, SignedCheckpoint checkpoint)
    {
        if (index != evidence.Position - 1)
        {
            throw new ProofException("the place in the tree is not that of the event");
        }

        return MerklePath.RootOfInclusion(MerkleHash.Leaf(evidence.Hash), index, checkpoint.Checkpoint.Size, path) is { } root && checkpoint.Checkpoint.Root.Span.SequenceEqual(root)
            ? new EventProof(evidence, path, checkpoint)
            : throw new ProofException("the event is not in the log that the checkpoint covers: its path does not lead to the root");
    }

    private string TreeText()
    {
        var text = new StringBuilder().Append(TreeForm).Append('\n').Append(CultureInfo.InvariantCulture, $"{IndexPrefix}{Position - 1}\n");
        foreach (var hash in Path)
        {
            text.Append(Convert.ToBase64String(hash)).Append('\n');
        }

        return text.ToString();
    }
}
