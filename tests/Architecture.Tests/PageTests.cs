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

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_example_that_names_its_source_is_that_source(string page) => Assert.All(
        Example().Matches(File.ReadAllText(Repository.Path(page))),
        example => Assert.Equal(File.ReadAllText(Repository.Path(example.Groups["source"].Value)), example.Groups["code"].Value));

    [Fact]
    public void The_page_on_extending_has_examples() =>
        Assert.Equal(2, Example().Count(File.ReadAllText(Repository.Path("docs/extending.md"))));

    [GeneratedRegex(@"<!-- source: (?<source>\S+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"\]\((?!https?:)(?<target>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
