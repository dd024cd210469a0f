using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>verify</c>, <c>prove</c>, <c>check</c> and <c>checkpoint</c> on a log that was signed.</summary>
public sealed partial class ProofVerbTests(SignedSampleLog log) : IClassFixture<SignedSampleLog>
{
    private string Changed => log.Changed.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_whole_log_is_told_to_be_whole_and_what_that_does_not_exclude()
    {
        var run = await log.RunAsync("verify");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        AssertGolden("verify", run.Output);
        var json = JsonDocument.Parse((await log.RunAsync("verify", "--json", "--since", log.Checkpoint, "--checkpoint", log.Checkpoint, "--key", log.Key)).Output).RootElement;
        Assert.True(json.GetProperty("ok").GetBoolean());
        Assert.Equal((1, log.Changed), (json.GetProperty("events").GetInt64(), json.GetProperty("covered_outside").GetInt64()));
    }

    [Fact]
    public async Task An_event_is_proved_and_the_proof_checked_without_the_log()
    {
        var file = Path.Combine(log.Root, "change.proof");
        var run = await log.RunAsync("prove", Changed, "-o", file);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("Wrote ", run.Output, StringComparison.Ordinal);
        var check = await SampleLog.RunOnAsync("/nonexistent", "check", file, "--key", log.Key);
        Assert.Equal((0, ""), (check.ExitCode, check.Error));
        AssertGolden("check", check.Output);

        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("600", "601", StringComparison.Ordinal));
        check = await log.RunAsync("check", file, "--json");
        Assert.Equal(2, check.ExitCode);
        Assert.Contains("digest", JsonDocument.Parse(check.Output).RootElement.GetProperty("fault").GetString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text);
        check = await SampleLog.RunOnAsync("/nonexistent", "check", file);
        Assert.Equal(2, check.ExitCode);
        Assert.Contains("there is no public key", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_the_checkpoint_gets_a_short_proof()
    {
        var file = Path.Combine(log.Root, "short.proof");
        Assert.Equal(0, (await log.RunAsync("prove", Changed, "--checkpoint", log.Checkpoint, "-o", file)).ExitCode);
        var check = await SampleLog.RunOnAsync("/nonexistent", "check", file, "--key", log.Key, "--checkpoint", log.Checkpoint);
        Assert.Equal((0, ""), (check.ExitCode, check.Error));
        AssertGolden("check", check.Output);
        check = await SampleLog.RunOnAsync("/nonexistent", "check", file, "--key", log.Key);
        Assert.Equal(2, check.ExitCode);
        Assert.Contains("give the checkpoint", check.Output, StringComparison.Ordinal);
        var speed = JsonDocument.Parse((await log.RunAsync("prove-speed", "--count", "3")).Output).RootElement;
        Assert.Equal(3, speed.GetProperty("milliseconds").GetArrayLength());
    }

    [Fact]
    public async Task The_newest_checkpoint_is_shown_and_continues_itself()
    {
        var run = await log.RunAsync("checkpoint");
        Assert.Equal(await File.ReadAllTextAsync(log.Checkpoint), run.Output);
        Assert.StartsWith("public key: qubes-log/sample+", run.Error, StringComparison.Ordinal);
        var file = Path.Combine(log.Root, "continuation.proof");
        Assert.Equal(0, (await log.RunAsync("prove", "--from", log.Checkpoint, "-o", file)).ExitCode);
        Assert.Equal(0, (await log.RunAsync("check", file)).ExitCode);
    }

    [Theory]
    [InlineData("there is no position 1000000", "prove", "1000000")]
    [InlineData("name either a position", "prove")]
    [InlineData("no checkpoint covers position", "prove", "LATE")]
    [InlineData("there is no file /nonexistent", "verify", "--checkpoint", "/nonexistent")]
    [InlineData("it is no public key of a log", "verify", "--key", "nonsense")]
    [InlineData("/nonexistent cannot be read", "check", "/nonexistent")]
    public async Task What_is_not_there_is_said(string reason, params string[] arguments)
    {
        var late = (log.Changed + 1).ToString(CultureInfo.InvariantCulture);
        var run = await log.RunAsync([.. arguments.Select(argument => argument == "LATE" ? late : argument)]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    // What was shown is left beside the golden text, for whoever changes it.
    private static void AssertGolden(string verb, string output)
    {
        var golden = Path.Combine(AppContext.BaseDirectory, "Golden", verb);
        File.WriteAllText(golden + ".shown", Plain(output));
        Assert.Equal(File.ReadAllText(golden + ".txt"), Plain(output));
    }

    // Ids and hashes differ from run to run.
    private static string Plain(string text) => Ids().Replace(Hashes().Replace(text, "HASH"), "ID");

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hashes();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Ids();
}
