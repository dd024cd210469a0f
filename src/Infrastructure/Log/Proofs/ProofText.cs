using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Values as they stand in checkpoints and proofs: exactly one form each.</summary>
internal static class ProofText
{
    /// <summary>A number that is not negative: decimal digits without leading zeros.</summary>
    /// <exception cref="ProofException">It is none.</exception>
    public static long Number(string text, string what) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == text
            ? number
            : throw new ProofException($"the {what} is not of its form");

    /// <summary>A hash in base64.</summary>
    /// <exception cref="ProofException">It is none.</exception>
    public static byte[] Hash(string text) =>
        Base64(text) is { Length: MerkleHash.Length } hash ? hash : throw new ProofException("a hash is not of its form");

    /// <summary>Bytes in base64; null when the text is not the one form of any.</summary>
    public static byte[]? Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) && Convert.ToBase64String(bytes, 0, count) == text ? bytes[..count] : null;
    }
}
