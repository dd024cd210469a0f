using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history qubesdb</c> on a log in which a qube ran.</summary>
public sealed class QubesDbVerbTests(SampleRuns log) : IClassFixture<SampleRuns>
{
    [Fact]
    public async Task The_keys_of_a_run_are_shown_as_of_a_position()
    {
        var run = await log.RunAsync("qubesdb", SampleLog.Qube, "--at", Text(log.Started));
        Assert.Equal("", run.Error);
        Assert.Contains("/name = work\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("/qubes-random-seed = (random)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("/vm-config/color = red\\x1b[31m\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.Contains("\\n*filter\\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_position_has_later_keys()
    {
        Assert.Equal("red\u001b[31m", await ColorAsync(Text(log.Started)));
        Assert.Equal("blue", await ColorAsync(Text(log.Changed)));
        Assert.Equal("red\u001b[31m", await ColorAsync("2026-01-02T04:04:04Z"));
        Assert.Equal("blue", await ColorAsync("2026-01-02 05:00"));
    }

    [Fact]
    public async Task The_older_channel_is_shown_on_request()
    {
        var run = await log.RunAsync("qubesdb", SampleLog.Qube, "--at", Text(log.Changed), "--xenstore");
        Assert.Contains("qubes-vm-updatable = ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("/name", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dom0_has_its_database_while_the_system_is_there()
    {
        var run = await log.RunAsync("qubesdb", "dom0");
        Assert.Equal("/keyboard-layout = ", run.Output[..19]);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        await FailsAsync("there is no qube 'nobody' at position", "qubesdb", "nobody");
        await FailsAsync($"the qube 'work' does not run at position {Text(log.Imported)}", "qubesdb", "work", "--at", Text(log.Imported));
        await FailsAsync("the qube 'work' does not run at position", "qubesdb", "work");
        await FailsAsync("there is no position 1000000: the log goes from 0 to", "qubesdb", "work", "--at", "1000000");
        await FailsAsync("'soon' is neither a position nor a time nor a mark", "qubesdb", "work", "--at", "soon");
    }

    private async Task FailsAsync(string reason, params string[] arguments)
    {
        var run = await log.RunAsync(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    private async Task<string?> ColorAsync(string at)
    {
        var run = await log.RunAsync("qubesdb", SampleLog.Qube, "--json", "--at", at);
        Assert.Equal("", run.Error);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("keys").GetProperty("/vm-config/color").GetString();
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
