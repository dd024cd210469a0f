using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>An event as a proof carries it: all that its hash is made of, as one line of JSON.</summary>
/// <remarks>Members: docs/proofs.md. An erased event has no content, and with the hash alone there is nothing but the hash.</remarks>
internal sealed record EventEvidence
{
    private const int DeepestNesting = 40;
    private const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Where it stands.</summary>
    public required long Position { get; init; }

    /// <summary>Its chain hash.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>What the chain holds of it; null when only the hash is shown.</summary>
    public EventFrame? Frame { get; init; }

    /// <summary>The line of JSON.</summary>
    public string Line { get; private init; } = "";

    /// <summary>Writes the line.</summary>
    public EventEvidence WithLine() => this with { Line = Write(json => Frame?.Write(json, withDigest: true), withHash: true) };

    /// <summary>The line without what whoever checks it computes: the hash, and the digest of what is shown.</summary>
    public string ToShortLine() => Frame is null ? Line : Write(json => Frame.Write(json, withDigest: Frame.Content is null), withHash: false);

    /// <summary>Reads a line and recomputes what it says: the digest of the content, then the hash of the event.</summary>
    /// <exception cref="ProofException">It is none, or says something that is not so.</exception>
    public static EventEvidence Read(string line)
    {
        if (line.Length > MostBytes)
        {
            throw new ProofException("the event is too large");
        }

        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = DeepestNesting });
            var root = document.RootElement;
            var position = root.GetProperty("position").GetInt64();
            var frame = root.TryGetProperty("stream", out _) ? EventFrame.Read(root) : null;
            var computed = frame?.ComputeHash(position);
            var hash = computed is not null && !root.TryGetProperty("hash", out _) ? computed : EventFrame.Hex(root, "hash", ChainHash.Length);
            return computed is null || computed.AsSpan().SequenceEqual(hash)
                ? new EventEvidence { Position = position, Hash = hash, Frame = frame, Line = line }
                : throw new ProofException("the hash of the event is not that of what the proof says about it");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ProofException($"the event in the proof is not of its form: {e.Message}", e);
        }
    }

    private string Write(Action<Utf8JsonWriter> writeFrame, bool withHash)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("position", Position);
            if (withHash)
            {
                json.WriteString("hash", Convert.ToHexStringLower(Hash));
            }

            writeFrame(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

/// <summary>What the hash of an event is made of.</summary>
/// <param name="Previous">The hash of the event before.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Stream">Its stream, in the stored form, as are all texts.</param>
/// <param name="Version">Its place in the stream.</param>
/// <param name="Microseconds">Its time since 1970 (UTC).</param>
/// <param name="Type">Its alias.</param>
/// <param name="ClrType">The .NET type.</param>
/// <param name="Retention">Its retention class.</param>
/// <param name="Schema">The version of the rules.</param>
/// <param name="Digest">The digest of its content.</param>
/// <param name="Content">Its content; null when it was erased.</param>
internal sealed record EventFrame(
    byte[] Previous, Guid Id, string Stream, long Version, long Microseconds, string Type, string ClrType, string Retention, int Schema, byte[] Digest, EventContent? Content)
{
    /// <summary>Reads the members.</summary>
    /// <exception cref="ProofException">The digest is not that of the content.</exception>
    public static EventFrame Read(JsonElement root)
    {
        var content = root.TryGetProperty("salt", out _)
            ? new EventContent(
                Hex(root, "salt", ChainHash.SaltLength), root.GetProperty("data").GetRawText(), Text(root, "correlation_id"), Text(root, "causation_id"), Text(root, "user_name"),
                root.GetProperty("headers").GetRawText())
            : null;
        var frame = new EventFrame(
            Hex(root, "previous", ChainHash.Length), root.GetProperty("id").GetGuid(), Text(root, "stream") ?? "", root.GetProperty("version").GetInt64(),
            root.GetProperty("time").GetInt64(), Text(root, "type") ?? "", Text(root, "dotnet_type") ?? "", Text(root, "retention") ?? "", root.GetProperty("schema").GetInt32(),
            content is not null && !root.TryGetProperty("digest", out _) ? content.ComputeDigest() : Hex(root, "digest", ChainHash.Length), content);
        return frame.Schema != ChainHash.Schema ? throw new ProofException(string.Create(CultureInfo.InvariantCulture, $"the rules of version {frame.Schema} are not known"))
            : content is null || content.ComputeDigest().AsSpan().SequenceEqual(frame.Digest) ? frame
            : throw new ProofException("the digest of the event is not that of the content in the proof");
    }

    /// <summary>The hash of the event.</summary>
    public byte[] ComputeHash(long position)
    {
        var hash = new byte[ChainHash.Length];
        ChainHash.ComputeHash(new CanonicalWriter(), Previous, new ChainFrame(position, Id, Stream, Version, Microseconds, Type, ClrType, Retention, Schema), Digest, hash);
        return hash;
    }

    /// <summary>Writes the members.</summary>
    public void Write(Utf8JsonWriter json, bool withDigest)
    {
        json.WriteString("previous", Convert.ToHexStringLower(Previous));
        json.WriteString("id", Id);
        json.WriteString("stream", Stream);
        json.WriteNumber("version", Version);
        json.WriteNumber("time", Microseconds);
        json.WriteString("type", Type);
        json.WriteString("dotnet_type", ClrType);
        json.WriteString("retention", Retention);
        json.WriteNumber("schema", Schema);
        if (withDigest)
        {
            json.WriteString("digest", Convert.ToHexStringLower(Digest));
        }

        if (Content is { } content)
        {
            json.WriteString("salt", Convert.ToHexStringLower(content.Salt));
            json.WritePropertyName("data");
            json.WriteRawValue(content.Payload);
            json.WriteString("correlation_id", content.CorrelationId);
            json.WriteString("causation_id", content.CausationId);
            json.WriteString("user_name", content.UserName);
            json.WritePropertyName("headers");
            json.WriteRawValue(content.Headers);
        }
    }

    /// <summary>Bytes in hexadecimal.</summary>
    internal static byte[] Hex(JsonElement root, string name, int length) =>
        Text(root, name) is { } text && text.Length == 2 * length && text.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(text) : throw new ProofException($"'{name}' is not of its form");

    private static string? Text(JsonElement root, string name) => root.GetProperty(name).GetString();
}

/// <summary>What the digest of an event is made of.</summary>
/// <param name="Salt">The salt.</param>
/// <param name="Payload">The payload, as JSON.</param>
/// <param name="CorrelationId">The request.</param>
/// <param name="CausationId">What caused it.</param>
/// <param name="UserName">The calling qube.</param>
/// <param name="Headers">The other names, as JSON.</param>
internal sealed record EventContent(byte[] Salt, string Payload, string? CorrelationId, string? CausationId, string? UserName, string Headers)
{
    /// <summary>The digest.</summary>
    public byte[] ComputeDigest()
    {
        var digest = new byte[ChainHash.Length];
        ChainHash.ComputeDigest(
            new CanonicalWriter(), Salt, Encoding.UTF8.GetBytes(Payload), new NameColumns(CorrelationId, CausationId, UserName), Encoding.UTF8.GetBytes(Headers), digest);
        return digest;
    }
}
