using System.Text.Json;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What the spec says of policies and no recording shows: every sentence of its pages, and the neighbours of what was recorded.</summary>
public sealed class WrittenPolicyTests
{
    private static readonly Dictionary<string, RecordedSystem> Systems = ReadSystems();

    public static TheoryData<string> Pages => [.. Cases().Select(PageOf).Distinct()];

    [Fact]
    public void No_case_is_left_out() => Assert.Equal((529, 529), (Cases().Count(), Cases().DistinctBy(one => one.Id).Count()));

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_spec_is_followed(string page) => Assert.Empty(string.Join('\n', Cases().Where(one => PageOf(one) == page).Select(Difference).OfType<string>()));

    private static string? Difference(WrittenPolicyCase one)
    {
        var ours = one.Judge(Systems[one.SystemName]);
        return ours == one.Expected ? null : $"{one.Json}\n  expected: {one.Expected}\n  ours:     {ours}\n";
    }

    private static string PageOf(WrittenPolicyCase one) => one.Json.GetProperty("why").GetString() ?? "";

    private static IEnumerable<WrittenPolicyCase> Cases() =>
        File.ReadLines("Given/written-cases.jsonl").Select(line => new WrittenPolicyCase(JsonDocument.Parse(line).RootElement));

    private static Dictionary<string, RecordedSystem> ReadSystems()
    {
        using var json = JsonDocument.Parse(File.ReadAllText("Given/policy-cases.systems.json"));
        return json.RootElement.EnumerateObject().ToDictionary(one => one.Name, one => RecordedSystem.Of(one.Value), StringComparer.Ordinal);
    }
}
