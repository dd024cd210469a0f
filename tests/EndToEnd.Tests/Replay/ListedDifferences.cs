using System.Text.RegularExpressions;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The transcript ids that docs/differences.md names: where we differ on purpose, with the reason given there.</summary>
internal static partial class ListedDifferences
{
    public static IReadOnlySet<string> Ids { get; } = Read(Path.Combine(Repository.Root, "docs", "differences.md"));

    public static IReadOnlySet<string> Read(string file) =>
        File.Exists(file)
            ? TranscriptId().Matches(File.ReadAllText(file)).Select(match => match.Value).ToHashSet()
            : new HashSet<string>();

    [GeneratedRegex(@"\b\d\d[a-z]?-[a-z-]+-\d{4}\b")]
    private static partial Regex TranscriptId();
}
