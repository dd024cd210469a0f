using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What the daemon signs: how long the log is and the hashes that pin all of it.</summary>
/// <param name="Origin">The name of the log.</param>
/// <param name="Size">How many events it has: the position of the last.</param>
/// <param name="Root">The root of the tree over their hashes.</param>
/// <param name="Chain">The chain hash of the last.</param>
/// <param name="Time">When it was made, by the clock of the host; UTC, whole seconds.</param>
/// <remarks>The text is a checkpoint of C2SP (tlog-checkpoint) with two extension lines. Description: docs/proofs.md.</remarks>
public sealed record Checkpoint(string Origin, long Size, ReadOnlyMemory<byte> Root, ReadOnlyMemory<byte> Chain, DateTimeOffset Time)
{
    private const string ChainPrefix = "chain ";
    private const string TimePrefix = "time ";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int FewestLines = 5;

    /// <summary>The text that is signed; it ends with a newline.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.Span)}\n{ChainPrefix}{Convert.ToBase64String(Chain.Span)}\n{TimePrefix}{Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}\n");

    /// <summary>Reads the text; further extension lines are passed over, since the signature covers them as well.</summary>
    /// <exception cref="ProofException">It is no checkpoint.</exception>
    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length <= FewestLines || lines[^1].Length > 0)
        {
            throw new ProofException("it is no checkpoint: lines are missing");
        }

        if (!IsName(lines[0]))
        {
            throw new ProofException("the first line of the checkpoint is no name of a log");
        }

        if (!lines[3].StartsWith(ChainPrefix, StringComparison.Ordinal) || !lines[4].StartsWith(TimePrefix, StringComparison.Ordinal) ||
            !DateTimeOffset.TryParseExact(
                lines[4][TimePrefix.Length..], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            throw new ProofException("the lines 'chain' and 'time' of the checkpoint are not of their form");
        }

        return new Checkpoint(lines[0], ProofText.Number(lines[1], "size"), ProofText.Hash(lines[2]), ProofText.Hash(lines[3][ChainPrefix.Length..]), time);
    }

    /// <summary>Whether a name can stand for a log: no space, no plus sign, nothing that is not printable.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 128 && name.EnumerateRunes().All(rune => rune.Value > ' ' && rune.Value != '+' && !Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune));

    /// <inheritdoc/>
    public bool Equals(Checkpoint? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
