using System.Buffers.Binary;
using System.Text;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The header of a message of the database's daemon.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Path">The path; empty at the end of a series.</param>
/// <param name="ValueBytes">The length of the value that follows.</param>
/// <remarks>Source: spec, qubesdb.md, 8.</remarks>
internal readonly record struct QubesDbMessage(QubesDbMessageType Type, string Path, int ValueBytes)
{
    /// <summary>The length of every header.</summary>
    internal const int HeaderBytes = 72;

    private const int PathAt = 1;
    private const int PathBytes = 64;
    private const int LengthAt = 68;

    /// <summary>A whole message.</summary>
    internal static byte[] Encode(QubesDbMessageType type, string path, ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(path.Length, IQubesDb.MaxPathBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, IQubesDb.MaxValueBytes);
        var message = new byte[HeaderBytes + value.Length];
        message[0] = (byte)type;
        Encoding.ASCII.GetBytes(path, message.AsSpan(PathAt));
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(LengthAt), value.Length);
        value.CopyTo(message.AsSpan(HeaderBytes));
        return message;
    }

    /// <summary>Reads the header of a reply; null when it is none.</summary>
    internal static QubesDbMessage? Parse(ReadOnlySpan<byte> untrustedHeader)
    {
        var type = (QubesDbMessageType)untrustedHeader[0];
        var path = untrustedHeader.Slice(PathAt, PathBytes);
        var end = path.IndexOf((byte)0);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(untrustedHeader[LengthAt..]);
        var mostBytes = type is QubesDbMessageType.Value or QubesDbMessageType.Entry ? IQubesDb.MaxValueBytes : 0;
        return type is >= QubesDbMessageType.Done and <= QubesDbMessageType.Changed && end >= 0 && length <= mostBytes
            ? new QubesDbMessage(type, Encoding.Latin1.GetString(path[..end]), (int)length)
            : null;
    }
}
