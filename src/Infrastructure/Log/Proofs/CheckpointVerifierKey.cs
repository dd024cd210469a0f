using System.Globalization;
using System.Security.Cryptography;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The public half of a log's key, with its name.</summary>
/// <remarks>ECDSA over P-256 with SHA-256: signature type 2 of C2SP's signed-note. The key id is the start of SHA-256 of the SubjectPublicKeyInfo.</remarks>
public sealed class CheckpointVerifierKey
{
    private const byte EcdsaType = 2;
    private const int LongestLine = 512;
    private const string Curve = "1.2.840.10045.3.1.7"; // P-256
    private readonly byte[] encoded;

    private CheckpointVerifierKey(string name, byte[] encoded) => (Name, this.encoded) = (name, encoded);

    /// <summary>The name of the log.</summary>
    public string Name { get; }

    /// <summary>Which key it is: 4 bytes.</summary>
    public ReadOnlyMemory<byte> Id => SHA256.HashData(encoded).AsMemory(0, 4);

    /// <summary>The key as one line: <c>name+id+base64</c>.</summary>
    public string Line => $"{Name}+{Convert.ToHexStringLower(Id.Span)}+{Convert.ToBase64String([EcdsaType, .. encoded])}";

    /// <summary>Reads a line.</summary>
    /// <exception cref="ProofException">It is no key that this program can use.</exception>
    public static CheckpointVerifierKey Parse(string line)
    {
        var parts = line.Trim().Split('+', 3);
        if (line.Length > LongestLine || parts.Length != 3 || !Checkpoint.IsName(parts[0]) || ProofText.Base64(parts[2]) is not [EcdsaType, .. var encoded])
        {
            throw new ProofException("it is no public key of a log: name+id+base64 of an ECDSA key was expected");
        }

        var key = Of(parts[0], encoded);
        return Convert.ToHexStringLower(key.Id.Span) == parts[1] ? key : throw new ProofException("the id of the public key is not that of the key");
    }

    /// <summary>Whether a signature over a text is this key's.</summary>
    public bool Verifies(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(encoded, out _);
        try
        {
            return key.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false; // no signature at all
        }
    }

    /// <summary>The key in its encoded form (SubjectPublicKeyInfo).</summary>
    /// <exception cref="ProofException">It is none on P-256.</exception>
    internal static CheckpointVerifierKey Of(string name, byte[] encoded)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(encoded, out var read);
            if (read == encoded.Length && key.ExportParameters(false).Curve.Oid.Value == Curve)
            {
                return new CheckpointVerifierKey(name, encoded);
            }
        }
        catch (CryptographicException e)
        {
            throw new ProofException(string.Create(CultureInfo.InvariantCulture, $"the public key of {name} cannot be read"), e);
        }

        throw new ProofException(string.Create(CultureInfo.InvariantCulture, $"the public key of {name} is not on P-256"));
    }
}
