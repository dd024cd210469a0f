using System.Buffers;
using System.Text.Json;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The tamper evidence in an event's headers, read together with their canonical form, into space that is used again.</summary>
/// <remarks>Says the same as <see cref="ChainHeaders.Read"/> and <see cref="CanonicalJson.Write(ReadOnlySpan{byte}, CanonicalWriter, IReadOnlyList{byte[]})"/>, in one pass.</remarks>
internal sealed class ChainMembers
{
    private readonly byte[] salt = new byte[ChainHash.SaltLength];
    private readonly byte[] digest = new byte[ChainHash.Length];
    private readonly byte[] hash = new byte[ChainHash.Length];
    private byte[] retention = new byte[64];
    private int retentionLength;
    private bool hasDigest;
    private bool hasHash;

    /// <summary>Whether there is a salt.</summary>
    public bool HasSalt { get; private set; }

    /// <summary>The salt, when there is one.</summary>
    public ReadOnlySpan<byte> Salt => salt;

    /// <summary>The digest of the content.</summary>
    public ReadOnlySpan<byte> Digest => digest;

    /// <summary>The chain hash.</summary>
    public ReadOnlySpan<byte> Hash => hash;

    /// <summary>The retention class, in UTF-8.</summary>
    public ReadOnlySpan<byte> Retention => retention.AsSpan(0, retentionLength);

    /// <summary>The version of the rules; 0 when it is none.</summary>
    public int Schema { get; private set; }

    /// <summary>Whether the content was erased.</summary>
    public bool IsErased { get; private set; }

    /// <summary>Reads the headers of an event.</summary>
    /// <param name="headers">The headers as JSON.</param>
    /// <param name="names">Gets the canonical form of the other members.</param>
    /// <exception cref="JsonException">A member that must be there is not, or is not of its form.</exception>
    public void Read(ReadOnlySpan<byte> headers, CanonicalWriter names)
    {
        (HasSalt, hasDigest, hasHash, retentionLength, Schema, IsErased) = (false, false, false, -1, 0, false);
        CanonicalJson.Write(headers, names, this);
        var missing = !hasDigest ? "Digest" : !hasHash ? "Hash" : retentionLength < 0 ? "Retention" : null;
        if (missing is not null)
        {
            throw new JsonException($"the header {missing} is missing");
        }
    }

    /// <summary>Takes a member if it is one of these; the reader stands at its name, and then at its value.</summary>
    public bool TryTake(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            var plain = new byte[name.Length];
            name = plain.AsSpan(0, reader.CopyString(plain));
        }

        switch (name.Length)
        {
            case 4 when name.SequenceEqual("Hash"u8):
                hasHash = TakeHex(ref reader, "Hash", hash);
                return true;
            case 4 when name.SequenceEqual("Salt"u8):
                HasSalt = TakeHex(ref reader, "Salt", salt);
                return true;
            case 6 when name.SequenceEqual("Digest"u8):
                hasDigest = TakeHex(ref reader, "Digest", digest);
                return true;
            case 6 when name.SequenceEqual("Schema"u8):
                reader.Read();
                Schema = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : 0;
                reader.Skip();
                return true;
            case 6 when name.SequenceEqual("Erased"u8):
                reader.Read();
                IsErased = reader.TokenType == JsonTokenType.True;
                reader.Skip();
                return true;
            case 9 when name.SequenceEqual("Retention"u8):
                TakeRetention(ref reader);
                return true;
            default:
                return false;
        }
    }

    private static bool TakeHex(ref Utf8JsonReader reader, string name, Span<byte> bytes)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length == 2 * bytes.Length &&
            reader.ValueSpan.IndexOfAnyInRange((byte)'A', (byte)'F') < 0 &&
            Convert.FromHexString(reader.ValueSpan, bytes, out _, out _) == OperationStatus.Done
            ? true
            : throw new JsonException($"the header {name} is not of its form");
    }

    private void TakeRetention(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            retentionLength = -1;
            return;
        }

        if (retention.Length < reader.ValueSpan.Length)
        {
            retention = new byte[reader.ValueSpan.Length];
        }

        retentionLength = reader.CopyString(retention);
    }
}
