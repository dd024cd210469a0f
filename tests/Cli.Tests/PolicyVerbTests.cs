using System.Text.Json;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>What <c>qubes-history</c> tells of the policy.</summary>
public sealed class PolicyVerbTests(PolicyLog log) : IClassFixture<PolicyLog>
{
    [Fact]
    public async Task A_file_has_the_call_or_the_hand_that_gave_it_its_text()
    {
        var run = await log.RunAsync("blame", "dom0", PolicyLog.User, "--json");
        var file = JsonDocument.Parse(run.Output).RootElement.GetProperty("settings").EnumerateArray().Single();
        Assert.Equal(("policy", PolicyLog.User, "policy.Replace", log.Replaced),
            (file.GetProperty("kind").GetString(), file.GetProperty("name").GetString(), file.GetProperty("method").GetString(), file.GetProperty("position").GetInt64()));
        var all = JsonDocument.Parse((await log.RunAsync("blame", "dom0", "--json")).Output).RootElement.GetProperty("settings").EnumerateArray();
        Assert.Equal(["policy.Replace", "qubesd.policy"], all.Where(one => one.GetProperty("kind").GetString() == "policy").Select(one => one.GetProperty("method").GetString()));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("diff")]
    public async Task Of_a_changed_file_the_lines_that_differ_are_shown(string verb)
    {
        string[] what = verb == "show" ? [Text(log.Replaced)] : [Text(log.Replaced - 1), Text(log.Replaced)];
        var output = string.Concat((await log.RunAsync([verb, .. what])).Output.Where(character => !char.IsWhiteSpace(character)));
        Assert.Contains("-qubes.Filecopy", output, StringComparison.Ordinal);
        Assert.Contains("+qubes.Filecopy", output, StringComparison.Ordinal);
        Assert.DoesNotContain("#mine", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_by_hand_that_breaks_the_policy_is_told_with_its_reason()
    {
        var run = await log.RunAsync("log", "--json", "--type", "policy-observed");
        Assert.Contains("broken", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, run.Output.Split("\"policy-observed\"").Length - 1);
    }

    [Fact]
    public async Task An_export_to_git_has_the_files()
    {
        var folder = Path.Combine(log.Root, "git");
        Assert.Equal(0, (await log.RunAsync("export", "--format", "git", "-o", folder)).ExitCode);
        Assert.Equal("# mine\nqubes.Filecopy * work @anyvm deny\n", await File.ReadAllTextAsync(folder + PolicyLog.User, TestContext.Current.CancellationToken));
    }

    private static string Text(long position) => position.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
