using System.Buffers.Binary;
using System.Text;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The header of a message of the database's daemon.</summary>
/// <param name="Path">The path; empty at the end of a list.</param>
/// <param name="ValueBytes">The length of the value that follows.</param>
/// <remarks>Source: spec, qubesdb.md, 8.</remarks>
internal readonly record struct QubesDbMessage(string Path, int ValueBytes)
{
    /// <summary>The length of every header.</summary>
    internal const int HeaderBytes = 72;

    private const byte CommandMultiRead = 2;
    private const byte ReplyMultiRead = 11;
    private const int PathAt = 1;
    private const int PathBytes = 64;
    private const int LengthAt = 68;

    /// <summary>The request for all keys that begin with a prefix.</summary>
    internal static byte[] MultiRead(string prefix)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix.Length, IQubesDb.MaxPathBytes);
        var header = new byte[HeaderBytes];
        header[0] = CommandMultiRead;
        Encoding.ASCII.GetBytes(prefix, header.AsSpan(PathAt));
        return header;
    }

    /// <summary>Reads the header of a reply to <see cref="MultiRead"/>; null when it is none.</summary>
    internal static QubesDbMessage? Parse(ReadOnlySpan<byte> header)
    {
        var path = header.Slice(PathAt, PathBytes);
        var end = path.IndexOf((byte)0);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[LengthAt..]);
        return header[0] == ReplyMultiRead && end >= 0 && length <= IQubesDb.MaxValueBytes
            ? new QubesDbMessage(Encoding.Latin1.GetString(path[..end]), (int)length)
            : null;
    }
}
