using System.Globalization;
using System.Numerics;
using System.Text;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Random decisions taken from a list of numbers, so that shrinking the list shrinks what is built from it.</summary>
internal sealed class Choices(IReadOnlyList<int> numbers)
{
    /// <summary>Everything that may go wrong in a text: markup, quotes, white space, other planes, the end of a CDATA section.</summary>
    private static readonly string[] Pieces =
    [
        "a", "Z", "9", " ", "&", "<", ">", "\"", "'", "\n", "\t", "\r", "\r\n", "]]>", "&amp;", "<!--", "%s", "é", "\u0085", "\u2028", "\ufffd",
        "😀", "\u007f", "=", "/", "\\", ";", "#13;",
    ];

    private int next;

    /// <summary>A number from 0 to below <paramref name="end"/>; 0 when the list is used up.</summary>
    public int Below(int end) => next < numbers.Count ? (int)((uint)numbers[next++] % (uint)end) : 0;

    /// <summary>True once in <paramref name="times"/>, false when the list is used up.</summary>
    public bool OneIn(int times) => Below(times) == 1;

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public IEnumerable<int> UpTo(int most) => Enumerable.Range(0, Below(most + 1));

    /// <summary>Any text that XML can hold; often empty.</summary>
    public string Text() => string.Concat(UpTo(6).Select(_ => Of(Pieces)));

    /// <summary>What the API lets into a feature.</summary>
    public string Printable()
    {
        var text = new StringBuilder();
        foreach (var _ in UpTo(12))
        {
            text.Append((char)(' ' + Below(95)));
        }

        return text.ToString();
    }

    /// <summary>A name over the alphabet that qubes, tags and labels share, beginning with a letter.</summary>
    public string Name()
    {
        const string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const string all = letters + "0123456789_.-";
        return letters[Below(letters.Length)] + string.Concat(UpTo(8).Select(_ => all[Below(all.Length)]));
    }

    public BigInteger Integer() => Below(4) switch
    {
        0 => Below(10000),
        1 => -Below(10000),
        2 => BigInteger.Parse("1" + string.Concat(UpTo(60).Select(_ => Below(10).ToString(CultureInfo.InvariantCulture))), CultureInfo.InvariantCulture),
        _ => long.MaxValue,
    };

    public bool? Maybe() => Below(3) switch { 0 => null, 1 => false, _ => true };
}
