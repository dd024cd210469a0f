using System.Text.RegularExpressions;

namespace Qubes.Cqrs.Architecture.Tests;

/// <summary>The order of using directives, which neither the compiler nor the check of white space looks at.</summary>
public sealed partial class UsingTests
{
    [Fact]
    public void Namespaces_are_used_in_order_with_those_of_System_first()
    {
        string[] files = [.. new[] { "src", "tests", "samples" }.SelectMany(Repository.Sources)];
        Assert.True(files.Length > 1000, $"only {files.Length} files were found");
        Assert.Empty(files.Where(file => !IsOrdered(File.ReadAllText(file))).Select(file => Path.GetRelativePath(Repository.Root, file)));
    }

    [Theory]
    [InlineData(true, "using System.Text;\nusing System.Text.Json;\nusing Npgsql;\nusing Qubes.Cqrs.Domain;\n\nnamespace A;")]
    [InlineData(false, "using System.Text.Json;\nusing System.Text;\n\nnamespace A;")]
    [InlineData(false, "using Npgsql;\nusing System.Text;\n\nnamespace A;")]
    public void An_order_is_judged(bool isOrdered, string text) => Assert.Equal(isOrdered, IsOrdered(text));

    private static bool IsOrdered(string text)
    {
        string[] names = [.. Directive().Matches(text).Select(match => match.Groups["name"].Value)];
        return names.SequenceEqual(names.OrderBy(name => !IsOfSystem(name)).ThenBy(name => name.Replace('.', '\0'), StringComparer.OrdinalIgnoreCase));
    }

    private static bool IsOfSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);

    [GeneratedRegex(@"^using (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
