using System.Globalization;
using System.Text.RegularExpressions;

namespace Qubes.Cqrs.Architecture.Tests;

/// <summary>docs/rows.md names every capability, and for each that is done a test that is there.</summary>
public sealed partial class RowsTests
{
    private const int Capabilities = 313;

    private static readonly Row[] All =
        [.. File.ReadLines(Repository.Path("docs/rows.md")).Select(line => RowLine().Match(line)).Where(match => match.Success).Select(match => new Row(
            int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture), match.Groups["state"].Value, match.Groups["detail"].Value))];

    private static readonly Lazy<Dictionary<string, HashSet<string>>> Tests = new(ReadTests);

    [Fact]
    public void Every_capability_has_one_row() =>
        Assert.Equal(Enumerable.Range(1, Capabilities), All.Select(row => row.Number));

    [Fact]
    public void A_row_is_done_or_waiting_and_says_more() =>
        Assert.All(All, row => Assert.True(row.State is "done" or "waiting" && row.Detail.Length > 0, $"row {row.Number}"));

    [Fact]
    public void What_is_done_names_a_test_that_is_there()
    {
        Assert.Contains(All, row => row.State == "done");
        foreach (var row in All)
        {
            var named = TestName().Matches(row.Detail);
            Assert.True(named.Count > 0 || row.State == "waiting", $"row {row.Number} is done but names no test");
            foreach (Match test in named)
            {
                Assert.True(
                    Tests.Value.TryGetValue(test.Groups["class"].Value, out var methods) && methods.Contains(test.Groups["method"].Value),
                    $"row {row.Number} names {test.Value}, which is not there");
            }

            foreach (Match recording in Recording().Matches(row.Detail))
            {
                Assert.True(
                    new[] { "", "written/" }.Any(folder => File.Exists(Repository.Path($"tests/EndToEnd.Tests/Transcripts/{folder}{recording.Groups["script"].Value}.jsonl"))),
                    $"row {row.Number} names the recording {recording.Value}, which is not there");
            }
        }
    }

    private static Dictionary<string, HashSet<string>> ReadTests()
    {
        var tests = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var file in Repository.Sources("tests"))
        {
            var text = File.ReadAllText(file);
            var methods = TestMethod().Matches(text).Select(match => match.Groups["method"].Value).ToHashSet(StringComparer.Ordinal);
            if (methods.Count > 0)
                tests[Path.GetFileNameWithoutExtension(file)] = methods;
        }
        return tests;
    }

    [GeneratedRegex(@"^\| (?<number>\d+) \| .+ \| (?<state>\w+) \| (?<detail>.*) \|$")]
    private static partial Regex RowLine();

    [GeneratedRegex(@"`(?<class>[A-Z]\w+)\.(?<method>\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\(`(?<script>\d[\w-]+)`\)")]
    private static partial Regex Recording();

    [GeneratedRegex(@"\[(Fact|Theory)(\(.*?\))?\](\s*\[[^\n]*)*\s*public (async )?(void|Task) (?<method>\w+)\(", RegexOptions.Singleline)]
    private static partial Regex TestMethod();

    private sealed record Row(int Number, string State, string Detail);
}
