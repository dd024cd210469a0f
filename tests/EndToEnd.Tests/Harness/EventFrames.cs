using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Takes EVENT frames from a stream of bytes: <c>1 NUL subject NUL event NUL (key NUL value NUL)* NUL</c>.</summary>
/// <remarks>A key is never empty, so the first empty one ends the frame. Spec: wire-protocol.md, section 3.</remarks>
internal sealed class EventFrames
{
    private byte[] buffer = new byte[4096];
    private int start;
    private int end;

    /// <summary>Bytes that are not a whole frame yet.</summary>
    public int Pending => end - start;

    /// <summary>The number of whole frames at the start of <paramref name="bytes"/>.</summary>
    /// <exception cref="FormatException">There is something else than a frame.</exception>
    public static int CountWhole(ReadOnlySpan<byte> bytes)
    {
        var frames = new EventFrames();
        frames.Append(bytes);
        var count = 0;
        while (frames.TryTake(out _))
            count++;
        return count;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (buffer.Length - end < bytes.Length)
        {
            var bigger = new byte[Math.Max(buffer.Length * 2, Pending + bytes.Length)];
            buffer.AsSpan(start, Pending).CopyTo(bigger);
            (end, start, buffer) = (Pending, 0, bigger);
        }

        bytes.CopyTo(buffer.AsSpan(end));
        end += bytes.Length;
    }

    /// <summary>Takes the next whole frame, if there is one.</summary>
    /// <exception cref="FormatException">The bytes are no EVENT frame.</exception>
    public bool TryTake([NotNullWhen(true)] out WireEvent? taken)
    {
        taken = null;
        var at = start;
        if (Pending >= 2 && (buffer[start] != (byte)'1' || buffer[start + 1] != 0))
            throw new FormatException($"Not an EVENT frame: {Readable.Text(Encoding.Latin1.GetString(buffer, start, Math.Min(Pending, 80)))}");
        if (Pending < 2)
            return false;
        at += 2;
        if (!TryText(ref at, out var subject) || !TryText(ref at, out var name))
            return false;
        var values = new List<KeyValuePair<string, string>>();
        while (true)
        {
            if (!TryText(ref at, out var key))
                return false;
            if (key.Length == 0)
                break;
            if (!TryText(ref at, out var value))
                return false;
            values.Add(new(key, value));
        }

        start = at;
        taken = new WireEvent(subject, name, values);
        return true;
    }

    private bool TryText(ref int at, out string text)
    {
        var length = buffer.AsSpan(at, end - at).IndexOf((byte)0);
        if (length < 0)
        {
            text = "";
            return false;
        }

        text = Encoding.Latin1.GetString(buffer, at, length);
        at += length + 1;
        return true;
    }
}
