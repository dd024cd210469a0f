using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Qubes.Cqrs.Projections;

/// <summary>A growing buffer of UTF-8 that escapes as the original's XML library does.</summary>
/// <remarks>What XML 1.0 cannot hold at all (control characters, half of a surrogate pair) becomes <c>_</c>: the original fails to save then,
/// but a store that cannot be written would lock the user out.</remarks>
internal sealed class XmlOutput
{
    private const int LongestEscape = 6;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private byte[] buffer = new byte[64 * 1024];
    private int length;

    /// <summary>A copy of what was written.</summary>
    public byte[] ToArray() => buffer.AsSpan(0, length).ToArray();

    /// <summary>Appends markup as it is.</summary>
    public XmlOutput Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        length += utf8.Length;
        return this;
    }

    /// <summary>Appends a number in decimal.</summary>
    public XmlOutput Number(long value)
    {
        const int longest = 20;
        Utf8Formatter.TryFormat(value, Reserve(longest), out var written);
        length += written;
        return this;
    }

    /// <summary>Appends the text of an element.</summary>
    public XmlOutput Text(string text) => Escaped(text, inAttribute: false);

    /// <summary>Appends the value of an attribute, without the quotes around it.</summary>
    public XmlOutput Value(string text) => Escaped(text, inAttribute: true);

    private XmlOutput Escaped(string text, bool inAttribute)
    {
        if (text.AsSpan().ContainsAnyExcept(Plain))
        {
            return EscapedRunes(text, inAttribute);
        }

        Ascii.FromUtf16(text, Reserve(text.Length), out var written);
        length += written;
        return this;
    }

    private XmlOutput EscapedRunes(string text, bool inAttribute)
    {
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var status = Rune.DecodeFromUtf16(rest, out var rune, out var consumed);
            rest = rest[consumed..];
            var span = Reserve(LongestEscape);
            length += status == OperationStatus.Done && Escape(rune, inAttribute) is var escape
                ? escape.IsEmpty ? rune.EncodeToUtf8(span) : Copy(escape, span)
                : Copy("_"u8, span);
        }

        return this;
    }

    /// <summary>What stands for a character, empty when it stands for itself.</summary>
    private static ReadOnlySpan<byte> Escape(Rune rune, bool inAttribute) => rune.Value switch
    {
        '&' => "&amp;"u8,
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '\r' => "&#13;"u8,
        '"' when inAttribute => "&quot;"u8,
        '\n' when inAttribute => "&#10;"u8,
        '\t' when inAttribute => "&#9;"u8,
        '\n' or '\t' => [],
        < 0x20 or 0xfffe or 0xffff => "_"u8,
        _ => [],
    };

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (buffer.Length - length < count)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        }

        return buffer.AsSpan(length);
    }
}
