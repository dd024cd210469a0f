using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Bytes as a person can read them in the message of a failing test.</summary>
internal static class Readable
{
    private const int Longest = 1500;
    private const int Context = 60;

    public static string Text(string latin1, int longest = Longest)
    {
        var builder = new StringBuilder();
        foreach (var character in latin1.Length > longest ? latin1[..longest] : latin1)
        {
            builder.Append(character switch
            {
                '\0' => "\\0",
                '\n' => "\\n",
                '\\' => "\\\\",
                < ' ' or >= '\x7f' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
                _ => character.ToString(),
            });
        }

        if (latin1.Length > longest)
            builder.Append(CultureInfo.InvariantCulture, $" … ({latin1.Length} bytes)");
        return latin1.Length == 0 ? "(nothing)" : builder.ToString();
    }

    /// <summary>Where two texts part, with what stands around it.</summary>
    public static string FirstDifference(string expected, string got)
    {
        var at = 0;
        while (at < expected.Length && at < got.Length && expected[at] == got[at])
            at++;
        return $"from byte {at}: expected …{Around(expected, at)} but got …{Around(got, at)}";
    }

    private static string Around(string text, int at)
    {
        var start = Math.Max(0, at - Context / 2);
        return Text(text[start..Math.Min(text.Length, at + Context)]);
    }
}
