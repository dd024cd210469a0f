using System.Globalization;

namespace Qubes.Cqrs.Projections;

/// <summary>The shortest way from one text to another by whole lines, and its unified form.</summary>
/// <remarks>Algorithm: E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). Common beginnings and ends are cut off first. Where the
/// difference is larger than <see cref="MostEdits"/>, everything between them is shown as replaced: true, and not the shortest.</remarks>
public static class TextDiff
{
    /// <summary>How many added and removed lines are searched for; the search keeps the square of it in memory.</summary>
    public const int MostEdits = 3000;

    /// <summary>Every line of both texts in order.</summary>
    public static IReadOnlyList<LineEdit> Lines(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var start = 0;
        while (start < before.Count && start < after.Count && before[start] == after[start])
        {
            start++;
        }

        var end = 0;
        while (end < before.Count - start && end < after.Count - start && before[before.Count - 1 - end] == after[after.Count - 1 - end])
        {
            end++;
        }

        var edits = new List<LineEdit>(before.Take(start).Select(LineEdit.Kept));
        var (old, @new) = (before.Skip(start).Take(before.Count - start - end).ToArray(), after.Skip(start).Take(after.Count - start - end).ToArray());
        edits.AddRange(Shortest(old, @new) ?? [.. old.Select(LineEdit.Removed), .. @new.Select(LineEdit.Added)]);
        edits.AddRange(before.Skip(before.Count - end).Select(LineEdit.Kept));
        return edits;
    }

    /// <summary>The unified form, as <c>patch</c> reads it; nothing when the texts are the same.</summary>
    /// <param name="before">The old lines.</param>
    /// <param name="after">The new lines.</param>
    /// <param name="nameBefore">What the old text is called.</param>
    /// <param name="nameAfter">What the new text is called.</param>
    /// <param name="context">How many unchanged lines are shown around a change.</param>
    public static IEnumerable<string> Unified(
        IReadOnlyList<string> before, IReadOnlyList<string> after, string nameBefore, string nameAfter, int context = 3)
    {
        var edits = Lines(before, after);
        var isHeaded = false;
        var (oldLine, newLine, next) = (0, 0, 0);
        while (next < edits.Count)
        {
            if (edits[next].Sign == ' ')
            {
                (oldLine, newLine, next) = (oldLine + 1, newLine + 1, next + 1);
                continue;
            }

            if (!isHeaded)
            {
                yield return "--- " + nameBefore;
                yield return "+++ " + nameAfter;
                isHeaded = true;
            }

            var lead = Math.Min(context, next);
            var hunk = Hunk(edits, next - lead, context);
            var (oldCount, newCount) = (hunk.Count(edit => edit.Sign != '+'), hunk.Count(edit => edit.Sign != '-'));
            yield return $"@@ -{Range(oldLine - lead, oldCount)} +{Range(newLine - lead, newCount)} @@";
            foreach (var edit in hunk)
            {
                yield return edit.Sign + edit.Text;
            }

            (oldLine, newLine, next) = (oldLine - lead + oldCount, newLine - lead + newCount, next - lead + hunk.Count);
        }
    }

    // From a change to where so much is unchanged that the next change stands alone.
    private static List<LineEdit> Hunk(IReadOnlyList<LineEdit> edits, int first, int context)
    {
        var (last, unchanged) = (first, 0);
        for (var index = first; index < edits.Count; index++)
        {
            unchanged = edits[index].Sign == ' ' ? unchanged + 1 : 0;
            if (unchanged > 2 * context)
            {
                break;
            }

            last = edits[index].Sign == ' ' ? last : index;
        }

        return [.. edits.Skip(first).Take(Math.Min(last + context + 1, edits.Count) - first)];
    }

    private static string Range(int before, int count)
    {
        var start = (count == 0 ? before : before + 1).ToString(CultureInfo.InvariantCulture);
        return count == 1 ? start : $"{start},{count.ToString(CultureInfo.InvariantCulture)}";
    }

    private static List<LineEdit>? Shortest(string[] old, string[] @new)
    {
        var most = Math.Min(old.Length + @new.Length, MostEdits);
        var reach = new int[(2 * most) + 2];
        var trace = new List<int[]>();
        for (var edits = 0; edits <= most; edits++)
        {
            trace.Add([.. reach.AsSpan(most - edits, (2 * edits) + 2)]);
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var x = Begin(reach, most, edits, diagonal);
                while (x < old.Length && x - diagonal < @new.Length && old[x] == @new[x - diagonal])
                {
                    x++;
                }

                reach[most + diagonal] = x;
                if (x >= old.Length && x - diagonal >= @new.Length)
                {
                    return Trace(old, @new, trace, edits);
                }
            }
        }

        return null;
    }

    // Down (an added line) or right (a removed one), from whichever neighbour got further.
    private static int Begin(int[] reach, int middle, int edits, int diagonal) => edits == 0 ? 0
        : diagonal == -edits || (diagonal != edits && reach[middle + diagonal - 1] < reach[middle + diagonal + 1])
            ? reach[middle + diagonal + 1]
            : reach[middle + diagonal - 1] + 1;

    private static List<LineEdit> Trace(string[] old, string[] @new, List<int[]> trace, int count)
    {
        var (x, y) = (old.Length, @new.Length);
        var edits = new List<LineEdit>();
        for (var step = count; step > 0; step--)
        {
            var (reach, middle, diagonal) = (trace[step], step, x - y);
            var isAdded = diagonal == -step || (diagonal != step && reach[middle + diagonal - 1] < reach[middle + diagonal + 1]);
            var start = isAdded ? reach[middle + diagonal + 1] : reach[middle + diagonal - 1];
            var from = isAdded ? start : start + 1;
            while (x > from)
            {
                edits.Add(LineEdit.Kept(old[--x]));
                y--;
            }

            edits.Add(isAdded ? LineEdit.Added(@new[--y]) : LineEdit.Removed(old[--x]));
        }

        while (x > 0)
        {
            edits.Add(LineEdit.Kept(old[--x]));
        }

        edits.Reverse();
        return edits;
    }
}

/// <summary>A line of one of two texts, or of both.</summary>
/// <param name="Sign"><c>' '</c> for both, <c>'-'</c> for the old one, <c>'+'</c> for the new one.</param>
/// <param name="Text">The line.</param>
public readonly record struct LineEdit(char Sign, string Text)
{
    /// <summary>A line of both.</summary>
    public static LineEdit Kept(string text) => new(' ', text);

    /// <summary>A line of the old text.</summary>
    public static LineEdit Removed(string text) => new('-', text);

    /// <summary>A line of the new text.</summary>
    public static LineEdit Added(string text) => new('+', text);
}
