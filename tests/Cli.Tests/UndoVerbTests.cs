using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>restore</c>, <c>revert</c>, <c>plan</c>, <c>apply</c> and <c>mark</c> with the daemon stopped: plans are shown, and nothing can be changed.</summary>
public sealed class UndoVerbTests(SampleLog log) : IClassFixture<SampleLog>
{
    private const string NotRunning = "qubes-history: the daemon is not running: start qubesd, then try again\n";

    [Fact]
    public async Task A_restoration_is_shown() => await ExpectAsync("restore", 2, "restore", Text(log.Imported), "--dry-run");

    [Fact]
    public async Task A_reversion_is_shown() => await ExpectAsync("revert", 2, "revert", Text(log.Changed), "--dry-run");

    [Fact]
    public async Task A_plan_file_is_shown_as_a_difference()
    {
        var file = await WriteAsync("""
            labels:
              teal: "0x00a0a0"
            global:
              default_netvm: ~
              stats_interval: 5
            qubes:
              work:
                properties: {memory: 400, label: teal, vcpus: 4}
                features: {x.y: "a b"}
                tags: {add: [audio], remove: [nowhere]}
                notes: |
                  For work.
                firewall: [action=drop]
              fresh:
                new: {class: AppVM, label: red, template: tpl}
                properties: {netvm: ""}
              nobody:
                absent: true
            """);
        await ExpectAsync("plan", 2, "plan", file);
    }

    [Fact]
    public async Task A_plan_can_be_read_by_programs()
    {
        var run = await log.RunAsync("restore", Text(log.Imported), "--only", SampleLog.Qube, "--dry-run", "--json");
        var step = Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("steps").EnumerateArray());
        Assert.Equal((SampleLog.Qube, false), (step.GetProperty("qube").GetString(), JsonDocument.Parse(run.Output).RootElement.GetProperty("done").GetBoolean()));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task What_is_so_already_takes_nothing()
    {
        Assert.Equal((0, ""), await EndAsync("restore", Text(log.Changed), "--dry-run"));
        Assert.Equal((0, ""), await EndAsync("plan", await WriteAsync("qubes: {work: {properties: {memory: 600}}}")));
    }

    [Fact]
    public async Task Without_the_daemon_nothing_is_changed()
    {
        Assert.Equal((1, NotRunning), await EndAsync("restore", Text(log.Imported), "--yes"));
        Assert.Equal((1, NotRunning), await EndAsync("mark", "good"));
        Assert.Equal((1, "qubes-history: nothing was done: say --yes, or --dry-run if the plan is all that you want\n"), await EndAsync("restore", Text(log.Imported)));
    }

    [Theory]
    [InlineData("there is no position 1000000", "restore", "1000000")]
    [InlineData("No such domain: 'nobody'", "restore", "9999999", "--only", "nobody")]
    [InlineData("there is no position 0", "revert", "0")]
    [InlineData("name one mark", "mark")]
    public async Task What_cannot_be_is_said(string reason, params string[] arguments)
    {
        var run = await log.RunAsync([.. arguments.Select(argument => argument == "9999999" ? Text(log.Imported) : argument)]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_file_whose_wishes_are_refused_is_not_applied()
    {
        var run = await log.RunAsync("apply", await WriteAsync("qubes:\n  work:\n    properties:\n      netvm: nobody\n"), "--yes");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("line 4, column 14: Can't set netvm to non-existing qube nobody", run.Error, StringComparison.Ordinal);
        Assert.Contains("line 1, column 1: unknown key 'x'", (await log.RunAsync("plan", await WriteAsync("x: 1"))).Error, StringComparison.Ordinal);
    }

    private async Task ExpectAsync(string golden, int exitCode, params string[] arguments)
    {
        var run = await log.RunAsync(arguments);
        var expected = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", golden + ".txt"));
        Assert.Equal(expected, run.Output.Replace(log.Root, "ROOT", StringComparison.Ordinal));
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
    }

    private async Task<(int ExitCode, string Error)> EndAsync(params string[] arguments)
    {
        var run = await log.RunAsync(arguments);
        return (run.ExitCode, run.Error);
    }

    private async Task<string> WriteAsync(string text)
    {
        var file = Path.Combine(log.Root, "plan.yaml");
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
