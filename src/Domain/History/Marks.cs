using System.Collections.Frozen;

namespace Qubes.Cqrs.Domain;

/// <summary>The rules of marks: names that users give to positions of the log.</summary>
/// <remarks>A mark tells nothing to the clients of today: it is neither announced nor in <c>qubes.xml</c>. docs/undo.md.</remarks>
public static class Marks
{
    /// <summary>The most characters of a name.</summary>
    public const int MostLength = 64;

    private static readonly FrozenSet<string> Words = new[]
    {
        "now", "today", "yesterday", "tomorrow", "head", "newest", "latest", "start", "last", "ago", "e",
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Refuses a text that no position can be called: what tags cannot be either, and what could be taken for a position or a time.</summary>
    /// <exception cref="InvalidValueException">It cannot.</exception>
    public static void CheckName(string name)
    {
        if (name.Length is 0 or > MostLength)
        {
            throw new InvalidValueException(FormattableString.Invariant($"The name of a mark has 1 to {MostLength} characters"));
        }

        if (!name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'))
        {
            throw new InvalidValueException("The name of a mark has letters, digits, hyphens and underscores only");
        }

        if (!char.IsAsciiLetter(name[0]))
        {
            throw new InvalidValueException("The name of a mark begins with a letter: others could be taken for a position or a time");
        }

        if (IsTime(name))
        {
            throw new InvalidValueException($"A mark cannot be called {PythonText.Repr(name)}: it could be taken for a position or a time");
        }
    }

    /// <summary>Gives a position a name. The same again changes nothing.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="name">The name.</param>
    /// <param name="position">The position; null for the newest.</param>
    /// <exception cref="DomainException">It is no name, it stands for another position, or the log does not reach that far.</exception>
    public static void Set(Draft draft, string name, long? position)
    {
        CheckName(name);
        var head = draft.World.Position;
        var wanted = new LogPosition(position ?? head.Value);
        if (wanted < LogPosition.Start || wanted > head)
        {
            throw new InvalidValueException($"There is no position {wanted}: the log goes from 0 to {head}");
        }

        if (draft.World.Marks.TryGetValue(name, out var taken))
        {
            if (taken == wanted)
            {
                return;
            }

            throw new InvalidValueException($"The mark {PythonText.Repr(name)} stands at position {taken}: remove it first");
        }

        draft.Record(new MarkSet(name, wanted.Value));
    }

    /// <summary>Takes a name from its position.</summary>
    /// <exception cref="InvalidValueException">There is no such mark.</exception>
    public static void Remove(Draft draft, string name)
    {
        if (!draft.World.Marks.ContainsKey(name))
        {
            throw new InvalidValueException($"There is no mark {PythonText.Repr(name)}");
        }

        draft.Record(new MarkRemoved(name));
    }

    // A word of the calendar alone, or with numbers: "e-12", "nov-5-2026".
    private static bool IsTime(string name)
    {
        var parts = name.Split('-', '_');
        return Words.Contains(parts[0]) && parts.Skip(1).All(part => part.All(char.IsAsciiDigit));
    }
}
