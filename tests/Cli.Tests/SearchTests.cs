using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history bisect</c> and <c>what-if</c>.</summary>
[Collection(SampleChangesTests.Name)]
public sealed class SearchTests(SampleChanges log) : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task The_first_position_is_found() => GoldenText.Check("bisect", await log.RunAsync("bisect", "work.tag.audio and not exists(nobody)"));

    [Fact]
    public async Task What_was_only_for_a_while_needs_every_position()
    {
        Assert.Contains("does not hold at position", (await log.RunAsync("bisect", "exists(vault)")).Error, StringComparison.Ordinal);
        Assert.Equal(log.Vault, await PositionAsync("bisect", "--linear", "exists(vault)", "--json"));
        Assert.Equal(log.Vault, await PositionAsync("bisect", "exists(vault)", "--to", Text(log.Started), "--json"));
    }

    [Fact]
    public async Task A_command_can_decide()
    {
        var run = await SampleLog.RunRawAsync("bisect", "--json", "--root", log.Root, "--", "grep", "-q", "second line");
        Assert.Equal("", run.Error);
        Assert.Equal(log.Vault - 2, JsonDocument.Parse(run.Output).RootElement.GetProperty("position").GetInt64());
        var position = await SampleLog.RunRawAsync("bisect", "--json", "--root", log.Root, "--", "sh", "-c", $"test $QUBES_HISTORY_POSITION -ge {Text(log.Tagged)}");
        Assert.Equal(log.Tagged, JsonDocument.Parse(position.Output).RootElement.GetProperty("position").GetInt64());
        Assert.Contains("ended with 3", (await SampleLog.RunRawAsync("bisect", "--root", log.Root, "--", "sh", "-c", "exit 3")).Error, StringComparison.Ordinal);
        Assert.Contains("cannot be run", (await SampleLog.RunRawAsync("bisect", "--root", log.Root, "--", "/nonexistent/x")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Left_out_events_make_a_difference() =>
        GoldenText.Check("what-if", await log.RunAsync("what-if", "--without", Text(log.Vault), "--without", "method=admin.vm.tag.Set"), exitCode: 2);

    [Fact]
    public async Task Added_events_make_a_difference()
    {
        var line = (await log.RunAsync("log", "--json", "--type", "domain-add")).Output.Split('\n')[0];
        Assert.Contains("vault", line, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, line.Replace("vault", "safe", StringComparison.Ordinal).Replace("11111111-2222-3333-4444-555555555555", "61111111-2222-3333-4444-555555555555", StringComparison.Ordinal) + "\n" +
            $"{{\"type\":\"tag-add\",\"data\":{{\"Qube\":\"71111111-2222-3333-4444-555555555555\",\"Tag\":\"x\"}}}}\n");
        var run = await log.RunAsync("what-if", "--add", file, "--json");
        Assert.Equal(2, run.ExitCode);
        var outcome = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(2, outcome.GetProperty("added").GetInt32());
        Assert.Equal("safe", Assert.Single(outcome.GetProperty("changes").EnumerateArray()).GetProperty("subject").GetString());
        Assert.Contains("is not there", Assert.Single(outcome.GetProperty("misfits").EnumerateArray()).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_difference_ends_with_nothing()
    {
        var run = await log.RunAsync("what-if", "--without", Text(log.Started));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("The present would be the same.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("column 15 of the condition", "bisect", "work.netvm == == x")]
    [InlineData("does not lie before", "bisect", "true", "--from", "5", "--to", "4")]
    [InlineData("say what is to be different", "what-if")]
    [InlineData("there is no position or range 100000", "what-if", "--without", "100000")]
    [InlineData("cannot be read", "what-if", "--add", "/nonexistent/x")]
    public async Task What_makes_no_sense_is_said(string reason, params string[] arguments) => await FailsAsync(reason, arguments);

    [Theory]
    [InlineData("{\"type\":\"nonsense\",\"data\":{}}", "does not know the alias")]
    [InlineData("{\"type\":\"tag-add\",\"data\":{},\"position\":100000}", "there is no such position")]
    public async Task A_file_that_holds_no_events_is_refused(string content, string reason)
    {
        await File.WriteAllTextAsync(file, content);
        await FailsAsync(reason, "what-if", "--add", file);
    }

    private async Task FailsAsync(string reason, params string[] arguments)
    {
        var run = await log.RunAsync(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    private async Task<long> PositionAsync(params string[] arguments)
    {
        var run = await log.RunAsync(arguments);
        Assert.Equal("", run.Error);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("position").GetInt64();
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
