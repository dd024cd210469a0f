using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The members of an event's headers that hold the tamper evidence.</summary>
/// <param name="Salt">Random bytes that hide what the digest was made of; null once the event was erased.</param>
/// <param name="Digest">SHA-256 of salt, payload and names.</param>
/// <param name="Hash">The chain hash.</param>
/// <param name="Retention">How long the event is kept.</param>
/// <param name="Schema">The version of the rules of <see cref="ChainHash"/> that it was made with.</param>
/// <param name="IsErased">Whether payload, names and salt were erased.</param>
internal sealed record ChainHeaders(byte[]? Salt, byte[] Digest, byte[] Hash, string Retention, int Schema, bool IsErased)
{
    /// <summary>The names of these members, which the digest leaves out.</summary>
    public static readonly IReadOnlyList<byte[]> Names = [.. new[] { "Salt", "Digest", "Hash", "Retention", "Schema", "Erased" }.Select(System.Text.Encoding.UTF8.GetBytes)];

    /// <summary>Appends the members to a JSON object of names that lacks its closing brace.</summary>
    public static void Append(IBufferWriter<byte> output, bool isFirst, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> hash, Retention retention)
    {
        output.Write(isFirst ? "\"Salt\":\""u8 : ",\"Salt\":\""u8);
        WriteHex(output, salt);
        output.Write("\",\"Digest\":\""u8);
        WriteHex(output, digest);
        output.Write("\",\"Hash\":\""u8);
        WriteHex(output, hash);
        output.Write("\",\"Retention\":\""u8);
        output.Write(NameOf(retention));
        output.Write("\",\"Schema\":"u8);
        var number = output.GetSpan(11);
        Utf8Formatter.TryFormat(ChainHash.Schema, number, out var digits);
        output.Advance(digits);
        output.Write("}"u8);
    }

    /// <summary>The name of a retention class in the log.</summary>
    public static ReadOnlySpan<byte> NameOf(Retention retention) => retention switch
    {
        Domain.Retention.Configuration => "Configuration"u8,
        Domain.Retention.Activity => "Activity"u8,
        _ => "Ephemeral"u8,
    };

    /// <summary>Reads the members out of an event's headers.</summary>
    /// <exception cref="JsonException">One that must be there is not, or is not of its form.</exception>
    public static ChainHeaders Read(ReadOnlySpan<byte> headers)
    {
        var reader = new Utf8JsonReader(headers);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("the headers are no object");
        }

        byte[]? salt = null, digest = null, hash = null;
        string? retention = null;
        var schema = 0;
        var erased = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("Salt"u8))
            {
                salt = ReadHex(ref reader, "Salt", ChainHash.SaltLength);
            }
            else if (reader.ValueTextEquals("Digest"u8))
            {
                digest = ReadHex(ref reader, "Digest", ChainHash.Length);
            }
            else if (reader.ValueTextEquals("Hash"u8))
            {
                hash = ReadHex(ref reader, "Hash", ChainHash.Length);
            }
            else if (reader.ValueTextEquals("Retention"u8))
            {
                reader.Read();
                retention = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
            else if (reader.ValueTextEquals("Schema"u8))
            {
                reader.Read();
                schema = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : 0;
            }
            else if (reader.ValueTextEquals("Erased"u8))
            {
                reader.Read();
                erased = reader.TokenType == JsonTokenType.True;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new ChainHeaders(
            salt,
            digest ?? throw new JsonException("the header Digest is missing"),
            hash ?? throw new JsonException("the header Hash is missing"),
            retention ?? throw new JsonException("the header Retention is missing"),
            schema,
            erased);
    }

    private static void WriteHex(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, output.GetSpan(bytes.Length * 2), out var count);
        output.Advance(count);
    }

    private static byte[] ReadHex(ref Utf8JsonReader reader, string name, int length)
    {
        var bytes = new byte[length];
        reader.Read();
        return reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length == 2 * length &&
            reader.ValueSpan.IndexOfAnyInRange((byte)'A', (byte)'F') < 0 &&
            Convert.FromHexString(reader.ValueSpan, bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : throw new JsonException($"the header {name} is not of its form");
    }
}
