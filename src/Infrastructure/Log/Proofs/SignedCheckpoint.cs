using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A checkpoint with its signatures: a signed note of C2SP.</summary>
public sealed class SignedCheckpoint
{
    /// <summary>The most bytes that one may have, with the signatures of witnesses.</summary>
    public const int MostBytes = 16 * 1024;

    private const int MostSignatures = 100;
    private const int IdLength = 4;
    private const string Dash = "\u2014 ";
    private readonly List<(string Name, byte[] Signature)> signatures;

    private SignedCheckpoint(Checkpoint checkpoint, string note, string text, List<(string Name, byte[] Signature)> signatures) =>
        (Checkpoint, Note, Text, this.signatures) = (checkpoint, note, text, signatures);

    /// <summary>What it says.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>All of it, as it was read.</summary>
    public string Note { get; }

    private string Text { get; }

    /// <summary>Reads one.</summary>
    /// <exception cref="ProofException">It is none.</exception>
    public static SignedCheckpoint Parse(string note)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (note.Length > MostBytes || end < 0 || !note.EndsWith('\n') || note.AsSpan().ContainsAnyInRange('\0', '\t') || note.AsSpan().ContainsAnyInRange('\v', '\u001f'))
        {
            throw new ProofException("it is no signed checkpoint");
        }

        var text = note[..(end + 1)];
        var signatures = note[(end + 2)..^1].Split('\n').Select(ParseSignature).ToList();
        return signatures.Count <= MostSignatures
            ? new SignedCheckpoint(Checkpoint.Parse(text), note, text, signatures)
            : throw new ProofException("the checkpoint has too many signatures");
    }

    /// <summary>Whether the log's own key signed it.</summary>
    public bool IsSignedBy(CheckpointVerifierKey key)
    {
        var own = signatures.Where(signature => signature.Name == key.Name && signature.Signature.AsSpan(0, IdLength).SequenceEqual(key.Id.Span)).ToList();
        return Checkpoint.Origin == key.Name && own.Count > 0 && own.All(signature => key.Verifies(Encoding.UTF8.GetBytes(Text), signature.Signature.AsSpan(IdLength)));
    }

    /// <summary>Puts a signature to a checkpoint.</summary>
    internal static SignedCheckpoint Of(Checkpoint checkpoint, CheckpointVerifierKey key, byte[] signature) =>
        Parse($"{checkpoint.Text}\n{Dash}{key.Name} {Convert.ToBase64String([.. key.Id.Span, .. signature])}\n");

    private static (string Name, byte[] Signature) ParseSignature(string line)
    {
        var parts = line.Split(' ');
        return parts is [_, var name, var encoded] && line.StartsWith(Dash, StringComparison.Ordinal) && Checkpoint.IsName(name) && ProofText.Base64(encoded) is { Length: > IdLength } signature
            ? (name, signature)
            : throw new ProofException("a signature of the checkpoint is not of its form");
    }
}
