using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history at</c>, and the calls as of then.</summary>
[Collection(SampleChangesTests.Name)]
public sealed class AtVerbTests(SampleChanges log)
{
    [Fact]
    public async Task All_qubes_are_shown_in_a_table() => GoldenText.Check("at", await log.RunAsync("at", Text(log.Started)));

    [Fact]
    public async Task One_qube_is_shown_with_all_its_settings() => GoldenText.Check(
        "at-qube", await log.RunAsync("at", Text(log.Vault), "--qube", "work"));

    [Fact]
    public async Task A_time_finds_the_state_of_then()
    {
        Assert.Equal("memory  400 (default)\n", Shown(await log.RunAsync("at", "2026-01-02 09:00", "--qube", "work", "--property", "memory")));
        Assert.Equal("memory  600\n", Shown(await log.RunAsync("at", "2026-01-02 05:00", "--qube", "work", "--property", "memory")));
        Assert.Equal("netvm  (none)\n", Shown(await log.RunAsync("at", Text(log.Disconnected), "--qube", "work", "--property", "netvm")));
    }

    [Fact]
    public async Task A_machine_can_read_it_whole_or_in_part()
    {
        var whole = JsonDocument.Parse((await log.RunAsync("at", Text(log.Vault), "--json")).Output).RootElement;
        Assert.Equal("tpl", whole.GetProperty("global").GetProperty("properties").GetProperty("default_template").GetString());
        Assert.Equal("black", whole.GetProperty("labels").GetProperty("8").GetProperty("name").GetString());
        Assert.Equal("AppVM", whole.GetProperty("qubes").GetProperty("vault").GetProperty("class").GetString());
        Assert.Equal("1\u001b[2J", whole.GetProperty("qubes").GetProperty("work").GetProperty("features").GetProperty("gui").GetString());
        var one = JsonDocument.Parse((await log.RunAsync("at", Text(log.End), "--qube", "work", "--property", "memory", "--json")).Output).RootElement;
        var work = one.GetProperty("qubes").GetProperty("work");
        Assert.Equal("400", work.GetProperty("properties").GetProperty("memory").GetString());
        Assert.Equal("memory", work.GetProperty("defaults")[0].GetString());
    }

    [Fact]
    public async Task The_database_of_a_qube_that_ran_is_shown()
    {
        Assert.Contains("/name = work\n", Shown(await log.RunAsync("at", Text(log.Started), "--qubesdb", "work")), StringComparison.Ordinal);
        await FailsAsync("the qube 'work' does not run at position", "at", Text(log.Vault), "--qubesdb", "work");
    }

    [Theory]
    [InlineData("there is no qube 'vault' at position", "at", "{Tagged}", "--qube", "vault")]
    [InlineData("the qube 'work' has no property 'color'", "at", "{Tagged}", "--qube", "work", "--property", "color")]
    [InlineData("--property needs --qube", "at", "1", "--property", "netvm")]
    [InlineData("exclude each other", "at", "1", "--xml", "--qubesdb", "work")]
    public async Task What_is_not_there_is_said(string reason, params string[] arguments) =>
        await FailsAsync(reason, [.. arguments.Select(word => word.Replace("{Tagged}", Text(log.Tagged), StringComparison.Ordinal))]);

    [Fact]
    public async Task A_call_that_reads_is_answered_as_of_then()
    {
        Assert.Equal((0, "default=False type=vm ", ""), await CallAsync(log.Disconnected, "admin.vm.property.Get", "work", "netvm"));
        Assert.Equal((0, "default=False type=vm sys-net", ""), await CallAsync(log.Tagged, "admin.vm.property.Get", "work", "netvm"));
        Assert.Equal((0, "0\0audio\naudiovm-dom0\ncreated-by-dom0\nguivm-dom0\n", ""), await CallAsync(log.Tagged, "--raw", "admin.vm.tag.List", "work"));
        var (code, output, error) = await CallAsync(log.Tagged, "admin.vm.property.Get", "vault", "netvm");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("QubesVMNotFoundError", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("does not only read", "admin.vm.tag.Set", "work", "x")]
    [InlineData("tells of the host at the moment", "admin.Events", "dom0")]
    [InlineData("do not make a request", "admin.vm.tag.Get", "work", "ä")]
    public async Task What_the_past_cannot_answer_is_refused(string reason, params string[] call)
    {
        var (code, output, error) = await CallAsync(log.Started, call);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> CallAsync(long position, params string[] call) =>
        DaemonBeside.RunAsync(["at", Text(position), "call", .. call, "--root", log.Root]);

    private static string Shown(Finished run)
    {
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return string.Join('\n', run.Output.Split('\n').Select(line => line.TrimEnd()));
    }

    private async Task FailsAsync(string reason, params string[] arguments)
    {
        var run = await log.RunAsync(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Runs <c>qubes-history</c> where it finds the daemon's executable on its path, as the build left it.</summary>
internal static class DaemonBeside
{
    internal static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "qubes-history"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = Folder() + ":" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    // The newest build: a project that is only run, not referenced, is not copied here.
    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var bin = Path.Combine(folder.FullName, "src", "Api", "bin");
            if (Directory.Exists(bin))
            {
                return Directory.EnumerateFiles(bin, "qubesd", SearchOption.AllDirectories).OrderByDescending(File.GetLastWriteTimeUtc)
                    .Select(Path.GetDirectoryName).FirstOrDefault() ?? throw new FileNotFoundException($"there is no qubesd below {bin}: build src/Api");
            }
        }

        throw new FileNotFoundException("there is no src/Api/bin above the tests: build src/Api");
    }
}
