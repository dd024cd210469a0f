using System.Text;
using System.Text.Json;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The calls <c>policy.*</c> from the packaged script to the log.</summary>
/// <remarks>All recorded calls are played in Api.Tests; here those that need no files of their own, through the real thing.</remarks>
public sealed class PolicyServiceTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private const string Rule = "svc.A * @anyvm @anyvm allow\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_call_has_its_service() => Assert.Equal(
        ["policy.Get", "policy.GetFiles", "policy.List", "policy.Remove", "policy.Replace", "policy.include.Get", "policy.include.List", "policy.include.Remove", "policy.include.Replace"],
        PolicyService.Packaged().Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_services_answer_as_recorded()
    {
        var service = new PolicyService(fixture.Root);
        foreach (var line in RecordedLines())
        {
            var name = line.GetProperty("service_full_name").GetString() ?? "";
            var payload = Encoding.UTF8.GetBytes(line.GetProperty("payload").GetString() ?? "");
            Assert.Equal(
                (line.GetProperty("exit").GetInt32(), line.GetProperty("stdout").GetString(), line.GetProperty("stderr").GetString()),
                await service.CallAsync(name, payload, Ct));
        }
    }

    [Fact]
    public async Task A_file_is_made_listed_changed_found_and_removed_through_the_services()
    {
        var service = new PolicyService(fixture.Root);
        Assert.Equal((0, "", ""), await service.CallAsync("policy.include.Replace+part", "new\n" + Rule, Ct));
        Assert.Equal((0, "", ""), await service.CallAsync("policy.Replace+50-user", "new\n!include include/part\n", Ct));
        Assert.Equal((0, "30-oracle\n50-user\n", ""), await service.CallAsync("policy.List", "", Ct));
        Assert.Equal((0, "part\n", ""), await service.CallAsync("policy.include.List", "", Ct));
        Assert.Equal((0, "part\n", ""), await service.CallAsync("policy.GetFiles+svc.A", "", Ct));
        var (_, got, _) = await service.CallAsync("policy.include.Get+part", "", Ct, byName: false);
        Assert.Equal(Rule, got.Split('\n', 2)[1]);
        Assert.Equal(1, (await service.CallAsync("policy.include.Remove+part", got.Split('\n')[0], Ct)).Exit);
        Assert.Equal((0, "", ""), await service.CallAsync("policy.Remove+50-user", "any", Ct));
        Assert.Equal((0, "", ""), await service.CallAsync("policy.include.Remove+part", got.Split('\n')[0], Ct));
        Assert.Equal((0, "30-oracle\n", ""), await service.CallAsync("policy.List", "", Ct)); // the simulated host's own
    }

    [Fact]
    public async Task Of_processes_with_the_same_token_one_wins()
    {
        var service = new PolicyService(fixture.Root);
        await File.WriteAllTextAsync(service.FileOf("70-race.policy"), Rule, Ct);
        var token = (await service.CallAsync("policy.Get+70-race", "", Ct)).Output.Split('\n')[0];
        var tries = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => service.CallAsync("policy.Replace+70-race", $"{token}\n{Rule}# {number}\n", Ct)));
        Assert.Single(tries, tried => tried == (0, "", ""));
        Assert.All(tries.Where(tried => tried.Exit != 0), tried => Assert.Equal((1, "", "PolicyAdminTokenException Token mismatch"), tried));
        Assert.Matches("^svc.A \\* @anyvm @anyvm allow\n# [0-9]+\n$", await File.ReadAllTextAsync(service.FileOf("70-race.policy"), Ct));
        File.Delete(service.FileOf("70-race.policy"));
    }

    // Refusals that depend on no file, one of each text and service.
    private static IEnumerable<JsonElement> RecordedLines() => File.ReadLines(Path.Combine(Repository.Transcripts, "policy-api.jsonl"))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.GetProperty("exit").GetInt32() == 1 && IsOfItself(line.GetProperty("stderr").GetString() ?? "") && PolicyService.Packaged().Contains(ServiceOf(line)))
        .DistinctBy(line => (ServiceOf(line), line.GetProperty("stderr").GetString()));

    private static bool IsOfItself(string refusal) => refusal.Contains("Protocol", StringComparison.Ordinal) || refusal.Contains("FileName", StringComparison.Ordinal) ||
        refusal.Contains("nosuch", StringComparison.Ordinal);

    private static string ServiceOf(JsonElement line) => (line.GetProperty("service_full_name").GetString() ?? "").Split('+')[0];
}
