using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The bytes of a snapshot: a header, a digest, and the events that give the world, compressed.</summary>
/// <remarks>
/// Header: the sign <c>QubesLog</c>, the format (4 bytes), the build of the rules (16 bytes), the position (8 bytes), the chain hash at that position
/// (32 bytes); numbers big-endian. Then SHA-256 of header and body, then the body: lines of alias, tab, payload as JSON; Brotli.
/// </remarks>
internal static class SnapshotFormat
{
    /// <summary>The number of this format.</summary>
    public const int Number = 1;

    private const int FormatAt = 8;
    private const int BuildAt = 12;
    private const int PositionAt = 28;
    private const int HashAt = 36;
    private const int DigestAt = HashAt + ChainHash.Length;
    private const int BodyAt = DigestAt + SHA256.HashSizeInBytes;

    /// <summary>Names the rules that fold events: a world that other rules made may differ from what these would make.</summary>
    public static Guid Build => typeof(World).Module.ModuleVersionId;

    private static ReadOnlySpan<byte> Sign => "QubesLog"u8;

    /// <summary>Writes a world as a snapshot.</summary>
    public static byte[] Write(World world, ReadOnlySpan<byte> hash, EventSerializer serializer)
    {
        using var output = new MemoryStream();
        output.SetLength(BodyAt);
        output.Position = BodyAt;
        using (var body = new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            var line = new ArrayBufferWriter<byte>(1024);
            using var json = EventSerializer.CreateWriter(line);
            foreach (var @event in WorldEvents.Of(world))
            {
                line.ResetWrittenCount();
                line.Write(Encoding.UTF8.GetBytes(EventCatalog.Of(@event).Alias));
                line.Write("\t"u8);
                json.Reset();
                serializer.Write(@event, json);
                line.Write("\n"u8);
                body.Write(line.WrittenSpan);
            }
        }

        var bytes = output.ToArray();
        Sign.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(FormatAt), Number);
        Build.TryWriteBytes(bytes.AsSpan(BuildAt), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(PositionAt), world.Position.Value);
        hash.CopyTo(bytes.AsSpan(HashAt));
        Digest(bytes).CopyTo(bytes.AsSpan(DigestAt));
        return bytes;
    }

    /// <summary>Reads a snapshot's header; null when it is no snapshot, of another format, or damaged.</summary>
    public static SnapshotHeader? ReadHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < BodyAt || !bytes.StartsWith(Sign) || BinaryPrimitives.ReadInt32BigEndian(bytes[FormatAt..]) != Number ||
            !Digest(bytes).AsSpan().SequenceEqual(bytes.Slice(DigestAt, SHA256.HashSizeInBytes)))
        {
            return null;
        }

        return new SnapshotHeader(
            new Guid(bytes.Slice(BuildAt, 16), bigEndian: true),
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(bytes[PositionAt..])),
            bytes.Slice(HashAt, ChainHash.Length).ToArray());
    }

    /// <summary>Reads the world of a snapshot whose header was read; null when its events cannot be read.</summary>
    public static World? ReadWorld(byte[] bytes, SnapshotHeader header, EventSerializer serializer)
    {
        try
        {
            var world = World.Empty;
            foreach (var part in ReadEvents(bytes, serializer))
            {
                foreach (var @event in part)
                {
                    world = Evolve.Apply(world, @event);
                }
            }

            return world with { Position = header.Position };
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or ArgumentOutOfRangeException)
        {
            return null; // a cache that cannot be read is no cache; the log has everything
        }
    }

    // Reading JSON takes most of the time, so every processor takes a part of the lines.
    private static List<DomainEvent>[] ReadEvents(byte[] bytes, EventSerializer serializer)
    {
        var (body, length) = Decompress(bytes);
        try
        {
            var parts = Split(body.AsSpan(0, length), Environment.ProcessorCount);
            var events = new List<DomainEvent>[parts.Count];
            Parallel.For(0, parts.Count, part => events[part] = ReadEvents(body.AsSpan(parts[part]), serializer));
            return events;
        }
        catch (AggregateException damaged)
        {
            throw new InvalidDataException("an event of the snapshot cannot be read", damaged);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    // A rented buffer: large arrays of its own would cost a full collection for every few snapshots.
    private static (byte[] Body, int Length) Decompress(byte[] bytes)
    {
        using var compressed = new BrotliStream(new MemoryStream(bytes, BodyAt, bytes.Length - BodyAt, writable: false), CompressionMode.Decompress);
        var (body, length) = (ArrayPool<byte>.Shared.Rent(4 * bytes.Length), 0);
        while (compressed.Read(body, length, body.Length - length) is > 0 and var read)
        {
            length += read;
            if (length == body.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                body.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(body);
                body = larger;
            }
        }

        return (body, length);
    }

    // Parts of about the same size that end with a line.
    private static List<Range> Split(ReadOnlySpan<byte> body, int parts)
    {
        var (ranges, start) = (new List<Range>(), 0);
        for (var part = 1; part <= parts && start < body.Length; part++)
        {
            var from = Math.Max(start, (int)((long)body.Length * part / parts) - 1);
            var end = body[from..].IndexOf((byte)'\n') is var step and >= 0 ? from + step + 1 : body.Length;
            ranges.Add(start..end);
            start = end;
        }

        return ranges;
    }

    private static List<DomainEvent> ReadEvents(ReadOnlySpan<byte> lines, EventSerializer serializer)
    {
        var (events, texts) = (new List<DomainEvent>(), new TextCache());
        while (!lines.IsEmpty)
        {
            var tab = lines.IndexOf((byte)'\t');
            var end = lines.IndexOf((byte)'\n');
            events.Add(serializer.Read(texts.Get(lines[..tab]), lines[(tab + 1)..end]));
            lines = lines[(end + 1)..];
        }

        return events;
    }

    private static byte[] Digest(ReadOnlySpan<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes[..DigestAt]);
        hash.AppendData(bytes[BodyAt..]);
        return hash.GetHashAndReset();
    }
}

/// <summary>What a snapshot says about itself.</summary>
/// <param name="Build">The rules that made it.</param>
/// <param name="Position">The last event in it.</param>
/// <param name="Hash">The chain hash of that event.</param>
internal sealed record SnapshotHeader(Guid Build, LogPosition Position, byte[] Hash);
