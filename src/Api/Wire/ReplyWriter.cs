using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Collects a reply in a pooled buffer, so that it leaves in a single send.</summary>
/// <remarks>The bytes are those of the spec, wire protocol 3. Belongs to one request; not for several threads.</remarks>
public sealed class ReplyWriter : IBufferWriter<byte>, IDisposable
{
    private const int InitialBytes = 1024;

    private byte[] buffer = [];
    private int length;

    /// <summary>Whether nothing was written, so that the connection is closed without a reply.</summary>
    public bool IsEmpty => length == 0;

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    /// <summary>Begins an OK reply; what is appended afterwards is its content.</summary>
    public ReplyWriter Ok()
    {
        Append("0\0"u8);
        return this;
    }

    /// <summary>Writes an OK reply with <paramref name="content"/> in UTF-8.</summary>
    public void Ok(ReadOnlySpan<char> content) => Ok().Append(content);

    /// <summary>Writes an EXCEPTION reply.</summary>
    /// <param name="className">The bare name of the class.</param>
    /// <param name="message">The complete text; a NUL in it, which would end the field early, is written as <c>\x00</c>.</param>
    /// <param name="traceback">The traceback, only of a daemon that runs with <c>--debug</c>.</param>
    public void Exception(string className, string message, string traceback = "")
    {
        Append("2\0"u8);
        Append(className);
        Append("\0"u8);
        Append(traceback);
        Append("\0"u8);
        Append(message.Contains('\0', StringComparison.Ordinal) ? message.Replace("\0", "\\x00", StringComparison.Ordinal) : message);
        Append("\0"u8);
    }

    /// <summary>Writes an EVENT message.</summary>
    /// <exception cref="ArgumentException">A part of it is not ASCII, which this message cannot carry.</exception>
    public void Event(Announcement announcement) => EventEncoder.Write(announcement, GetSpan(EventEncoder.SizeOf(announcement)), ref length);

    /// <summary>Appends text in UTF-8.</summary>
    public ReplyWriter Append(ReadOnlySpan<char> text)
    {
        // Counting first costs a pass over the text, but a long one would else take three times its room.
        Reserve(text.Length <= InitialBytes / 3 ? Encoding.UTF8.GetMaxByteCount(text.Length) : Encoding.UTF8.GetByteCount(text));
        length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(length));
        return this;
    }

    /// <summary>Appends bytes.</summary>
    public ReplyWriter Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
        return this;
    }

    /// <summary>Appends a number in decimal.</summary>
    public ReplyWriter Append(long number)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(number, buffer.AsSpan(length), out var written);
        length += written;
        return this;
    }

    /// <summary>Takes back everything that was written.</summary>
    public void Clear() => length = 0;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, buffer.Length - length);
        length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return buffer.AsMemory(length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return buffer.AsSpan(length);
    }

    /// <summary>Gives the buffer back to the pool; the writer is then empty.</summary>
    public void Dispose()
    {
        var old = buffer;
        buffer = [];
        length = 0;
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }

    private void Reserve(int bytes)
    {
        if (buffer.Length - length < bytes)
        {
            Grow(bytes);
        }
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(length + bytes), Math.Max(InitialBytes, buffer.Length * 2)));
        buffer.AsSpan(0, length).CopyTo(larger);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = larger;
    }
}
