using System.Text.RegularExpressions;

namespace Qubes.Cqrs.Architecture.Tests;

/// <summary>The pages lead where they say.</summary>
public sealed partial class PageTests
{
    public static TheoryData<string> Pages =>
        [.. new[] { "README.md", "ARCHITECTURE.md" }.Concat(Directory.EnumerateFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories)
            .Select(page => Path.GetRelativePath(Repository.Root, page)))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Repository.Path(page))!;
        Assert.All(
            Link().Matches(File.ReadAllText(Repository.Path(page))).Select(match => match.Groups["target"].Value),
            target => Assert.True(Path.Exists(Path.Combine(folder, target)), $"{page} links to {target}"));
    }

    [GeneratedRegex(@"\]\((?!https?:)(?<target>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
