using System.Globalization;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history fork</c>.</summary>
[Collection(SampleChangesTests.Name)]
public sealed class ForkTests(SampleChanges log) : IDisposable
{
    private readonly string folder = $"/var/tmp/qubes-history-{Environment.ProcessId}-fork";

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_fork_is_a_whole_log_that_ends_earlier()
    {
        GoldenText.Check("fork", await log.RunAsync("fork", log.Vault.ToString(CultureInfo.InvariantCulture), folder), replace: [(folder, "/var/tmp/trial")]);
        Assert.Equal(0, (await SampleLog.RunOnAsync(folder, "verify")).ExitCode);
        Assert.Equal((await log.RunAsync("at", log.Vault.ToString(CultureInfo.InvariantCulture), "--json")).Output, (await SampleLog.RunOnAsync(folder, "at", "2026-02-01", "--json")).Output);
        Assert.Equal(
            (await log.RunAsync("at", log.Vault.ToString(CultureInfo.InvariantCulture), "--xml")).Output,
            await File.ReadAllTextAsync(Path.Combine(folder, "var/lib/qubes/qubes.xml")));

        // It can be written to, and goes its own way.
        Assert.Equal((await log.RunAsync("log", "--json", "--to", "3")).Output, (await SampleLog.RunOnAsync(folder, "log", "--json", "--to", "3")).Output);
        Assert.Equal(log.Vault + 1, await SampleLog.AppendToAsync(folder, "label-add"));
        Assert.Equal(0, (await SampleLog.RunOnAsync(folder, "verify")).ExitCode);

        var again = await log.RunAsync("fork", "3", folder);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("is not empty", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        var run = await log.RunAsync("fork", "3", "/proc/nonexistent/x");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("/proc/nonexistent/x", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await log.RunAsync("fork", "100000", folder)).ExitCode);
        Assert.False(Directory.Exists(folder));
    }
}
