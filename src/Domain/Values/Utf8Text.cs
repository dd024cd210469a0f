using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Qubes.Cqrs.Domain;

/// <summary>Decodes UTF-8 and explains what is wrong with bytes that are none, in the words that clients know.</summary>
/// <remarks>Source: spec, addenda 2.</remarks>
public static class Utf8Text
{
    /// <summary>The text, or the explanation.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out string textOrError)
    {
        if (Utf8.IsValid(bytes))
        {
            textOrError = Encoding.UTF8.GetString(bytes);
            return true;
        }

        textOrError = Explain(bytes);
        return false;
    }

    private static string Explain(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            position += length;
        }

        var rest = bytes[position..];
        var expected = ExpectedLength(rest[0]);
        if (expected == 0)
        {
            return Say(bytes, position, 1, "invalid start byte");
        }

        var good = 1;
        while (good < expected && good < rest.Length && IsContinuation(rest, good))
        {
            good++;
        }

        return Say(bytes, position, good, good == rest.Length ? "unexpected end of data" : "invalid continuation byte");
    }

    private static string Say(ReadOnlySpan<byte> bytes, int position, int count, string what) => count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"'utf-8' codec can't decode byte 0x{bytes[position]:x2} in position {position}: {what}")
        : string.Create(CultureInfo.InvariantCulture, $"'utf-8' codec can't decode bytes in position {position}-{position + count - 1}: {what}");

    private static int ExpectedLength(byte first) => first switch
    {
        >= 0xc2 and <= 0xdf => 2,
        >= 0xe0 and <= 0xef => 3,
        >= 0xf0 and <= 0xf4 => 4,
        _ => 0,
    };

    private static bool IsContinuation(ReadOnlySpan<byte> sequence, int index) => (sequence[0], index) switch
    {
        (0xe0, 1) => sequence[1] is >= 0xa0 and <= 0xbf,
        (0xed, 1) => sequence[1] is >= 0x80 and <= 0x9f,
        (0xf0, 1) => sequence[1] is >= 0x90 and <= 0xbf,
        (0xf4, 1) => sequence[1] is >= 0x80 and <= 0x8f,
        _ => sequence[index] is >= 0x80 and <= 0xbf,
    };
}
