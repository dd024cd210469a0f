using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>A word of a line, and where it stands.</summary>
/// <param name="Text">The word.</param>
/// <param name="Column">Its column, from 1.</param>
internal readonly record struct PolicyWord(string Text, int Column)
{
    /// <summary>Splits a line at white space.</summary>
    internal static ImmutableArray<PolicyWord> Split(string line, bool commasToo = false)
    {
        var words = ImmutableArray.CreateBuilder<PolicyWord>();
        var start = 0;
        for (var at = 0; at <= line.Length; at++)
        {
            if (at < line.Length && !IsSpace(line[at]) && !(commasToo && line[at] == ','))
            {
                continue;
            }

            if (at > start)
            {
                words.Add(new PolicyWord(line[start..at], start + 1));
            }

            start = at + 1;
        }

        return words.ToImmutable();
    }

    /// <summary>Whether the original takes a character for white space: it counts the separators of ASCII, too.</summary>
    internal static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';
}
