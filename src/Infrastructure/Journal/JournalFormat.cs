using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The bytes of the journal of disposables: records of a length (4 bytes, big-endian), the SHA-256 of the body, and the body.</summary>
/// <remarks>The first body is a <see cref="JournalHeader"/>, each further one a batch: lines of JSON, as docs/event-log.md has them.</remarks>
internal sealed class JournalFormat(EventSerializer serializer)
{
    private const int Number = 1;
    private const int LengthSize = 4;
    private const int LongestRecord = 1 << 30;

    /// <summary>The bytes before a body.</summary>
    private const int Overhead = LengthSize + SHA256.HashSizeInBytes;

    /// <summary>The record that a journal begins with.</summary>
    public static byte[] WriteHeader(Guid log, long next)
    {
        var body = Begin();
        WriteLine(body, new JournalHeader(Number, log, next), JournalJson.Default.JournalHeader);
        return End(body);
    }

    /// <summary>The record of a batch.</summary>
    public byte[] Write(EphemeralBatch batch, long first)
    {
        var body = Begin();
        WriteLine(
            body, new JournalBatchLine(batch.After.Value, batch.Kept, batch.Correlation, first, batch.Entries.Length), JournalJson.Default.JournalBatchLine);
        foreach (var (change, time, metadata) in batch.Entries)
        {
            var line = new JournalEntryLine(
                change.Subject.Value, change.IsWhole, change.Events.Count, LogTime.ToMicroseconds(time), metadata.CorrelationId, metadata.CausationId,
                metadata.Source, EventHeaders.Of(metadata));
            WriteLine(body, line, JournalJson.Default.JournalEntryLine);
            foreach (var @event in change.Events)
            {
                body.Write(Encoding.ASCII.GetBytes(EventCatalog.Of(@event).Alias));
                body.Write("\t"u8);
                serializer.Write(@event, body);
                body.Write("\n"u8);
            }
        }

        return End(body);
    }

    /// <summary>Reads a journal up to the first record that is torn or damaged; null when it is no journal of this format.</summary>
    public JournalContents? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (!TryTake(ref bytes, out var body) ||
                JsonSerializer.Deserialize(Line(ref body), JournalJson.Default.JournalHeader) is not { Format: Number } header)
            {
                return null;
            }

            var next = header.Next;
            var batches = ImmutableArray.CreateBuilder<JournalBatch>();
            while (TryTake(ref bytes, out body))
            {
                var batch = ReadBatch(body);
                batches.Add(batch);
                next = batch.FirstNumber + batch.Batch.Entries.Count(entry => !entry.Change.IsWhole);
            }

            return new JournalContents(header.Log, next, batches.ToImmutable());
        }
        catch (JsonException)
        {
            return null; // whole records that this version cannot read: those of another one
        }
    }

    private static bool TryTake(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (bytes.Length < Overhead)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (length is < 0 or > LongestRecord || length > bytes.Length - Overhead)
        {
            return false;
        }

        body = bytes.Slice(Overhead, length);
        var isWhole = SHA256.HashData(body).AsSpan().SequenceEqual(bytes.Slice(LengthSize, SHA256.HashSizeInBytes));
        bytes = bytes[(Overhead + length)..];
        return isWhole;
    }

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new JsonException("a line is missing");
        }

        var line = rest[..end];
        rest = rest[(end + 1)..];
        return line;
    }

    private static void WriteLine<T>(ArrayBufferWriter<byte> body, T line, JsonTypeInfo<T> info)
    {
        using var writer = EventSerializer.CreateWriter(body);
        JsonSerializer.Serialize(writer, line, info);
        writer.Flush();
        body.Write("\n"u8);
    }

    private static ArrayBufferWriter<byte> Begin()
    {
        var body = new ArrayBufferWriter<byte>(4096);
        body.GetSpan(Overhead)[..Overhead].Clear();
        body.Advance(Overhead);
        return body;
    }

    private static byte[] End(ArrayBufferWriter<byte> body)
    {
        var bytes = body.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - Overhead);
        SHA256.HashData(bytes.AsSpan(Overhead), bytes.AsSpan(LengthSize));
        return bytes;
    }

    private JournalBatch ReadBatch(ReadOnlySpan<byte> body)
    {
        var line = JsonSerializer.Deserialize(Line(ref body), JournalJson.Default.JournalBatchLine) ?? throw new JsonException("a batch is null");
        var entries = ImmutableArray.CreateBuilder<EphemeralEntry>();
        for (var index = 0; index < line.Entries; index++)
        {
            entries.Add(ReadEntry(ref body));
        }

        return new JournalBatch(line.First, new EphemeralBatch(new LogPosition(line.After), line.Kept, line.Correlation, entries.ToImmutable()));
    }

    private EphemeralEntry ReadEntry(ref ReadOnlySpan<byte> body)
    {
        var line = JsonSerializer.Deserialize(Line(ref body), JournalJson.Default.JournalEntryLine) ?? throw new JsonException("a change is null");
        var events = ImmutableArray.CreateBuilder<DomainEvent>();
        for (var index = 0; index < line.Events; index++)
        {
            var text = Line(ref body);
            var tab = text.IndexOf((byte)'\t');
            events.Add(tab < 0 ? throw new JsonException("an alias is missing") : serializer.Read(Encoding.ASCII.GetString(text[..tab]), text[(tab + 1)..]));
        }

        var metadata = new EventMetadata(line.CorrelationId, line.CausationId, line.Source)
        {
            Method = line.Headers.Method ?? "",
            Argument = line.Headers.Argument ?? "",
            Destination = line.Headers.Destination ?? "",
            Peer = line.Headers.Peer,
            Announced = line.Headers.Announced,
        };
        var change = new EphemeralChange(new StreamName(line.Subject), line.IsWhole, new(events.ToImmutable()));
        return new EphemeralEntry(change, LogTime.ToTime(line.Microseconds), metadata);
    }
}
