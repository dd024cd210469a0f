namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The lines in which two texts differ, as a person would mark them.</summary>
internal static class LineDifference
{
    private const int MostShown = 60;

    /// <returns>Removed lines with <c>-</c>, added ones with <c>+</c>; empty when the texts are equal.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> due, IReadOnlyList<string> came)
    {
        var start = 0;
        while (start < due.Count && start < came.Count && due[start] == came[start])
            start++;
        var (dueEnd, cameEnd) = (due.Count, came.Count);
        while (dueEnd > start && cameEnd > start && due[dueEnd - 1] == came[cameEnd - 1])
            (dueEnd, cameEnd) = (dueEnd - 1, cameEnd - 1);

        var marked = Marked([.. due.Skip(start).Take(dueEnd - start)], [.. came.Skip(start).Take(cameEnd - start)]).ToList();
        return marked.Count <= MostShown ? marked : [.. marked.Take(MostShown), $"… and {marked.Count - MostShown} more lines"];
    }

    // The longest common subsequence; stores have a few thousand lines at most.
    private static IEnumerable<string> Marked(string[] due, string[] came)
    {
        var common = new int[due.Length + 1, came.Length + 1];
        for (var i = due.Length - 1; i >= 0; i--)
        {
            for (var j = came.Length - 1; j >= 0; j--)
                common[i, j] = due[i] == came[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var (d, c) = (0, 0);
        while (d < due.Length || c < came.Length)
        {
            if (d < due.Length && c < came.Length && due[d] == came[c])
                (d, c) = (d + 1, c + 1);
            else if (c == came.Length || (d < due.Length && common[d + 1, c] >= common[d, c + 1]))
                yield return "- " + due[d++];
            else
                yield return "+ " + came[c++];
        }
    }
}
