using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history replay</c> on a log beside the files that a daemon left.</summary>
public sealed class ReplayTests(ReplayTests.LeftByDaemon log) : IClassFixture<ReplayTests.LeftByDaemon>
{
    private string Store => Path.Combine(log.Root, "var/lib/qubes/qubes.xml");

    [Fact]
    public async Task Views_are_what_the_log_gives_until_somebody_changes_them()
    {
        var run = await log.RunAsync("replay");
        Assert.Equal("", run.Error);
        Assert.Equal(Golden("replay.txt"), run.Output);
        Assert.Equal(0, run.ExitCode);

        var before = await File.ReadAllTextAsync(Store, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Store, before.Replace(">600<", ">\u001b[31m601<", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(log.Root, "var/lib/qubes/appvms/work"));
        var notes = Path.Combine(log.Root, "var/lib/qubes/appvms/work/notes.txt");
        await File.WriteAllTextAsync(notes, "mine", TestContext.Current.CancellationToken);
        run = await log.RunAsync("replay");
        Assert.Equal(Golden("replay-different.txt"), run.Output);
        Assert.Equal(2, run.ExitCode);

        run = await log.RunAsync("replay", "--view", "qube-files", "--json");
        Assert.Equal(2, run.ExitCode);
        var view = Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("views").EnumerateArray());
        Assert.Equal("/var/lib/qubes/appvms/work/notes.txt: not wanted", Assert.Single(view.GetProperty("differences").EnumerateArray()).GetString());
        await File.WriteAllTextAsync(Store, before, TestContext.Current.CancellationToken);
        File.Delete(notes);
    }

    [Fact]
    public async Task A_snapshot_that_shows_something_else_is_found()
    {
        await using (var host = await log.OpenAsync())
        {
            await host.Snapshots.SaveAsync(World.Empty with { Position = new LogPosition(log.Imported) }, CancellationToken.None);
        }

        var run = await log.RunAsync("replay", "--view", "snapshots", "--json");
        var world = await log.RunAsync("replay", "--view", "world");
        await using (var host = await log.OpenAsync())
        {
            await host.Snapshots.DropFromAsync(LogPosition.Start, CancellationToken.None);
        }

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"the snapshot at position {log.Imported} does not show", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, world.ExitCode);
    }

    [Theory]
    [InlineData(1, "the daemon is not running", "--rebuild", "world")]
    [InlineData(1, "'nonsense' not recognized", "--view", "nonsense")]
    public async Task What_cannot_be_done_is_said(int code, string reason, params string[] arguments)
    {
        var run = await log.RunAsync(["replay", .. arguments]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    private static string Golden(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name));

    /// <summary>The sample log, with the store that a daemon would have written.</summary>
    public sealed class LeftByDaemon : SampleLog
    {
        protected override async Task ContinueAsync(EventLogHost log, QubeId work)
        {
            var world = await WorldReplay.AtAsync(log.Reader, null, null, CancellationToken.None);
            await File.WriteAllBytesAsync(Path.Combine(Root, "var/lib/qubes/qubes.xml"), QubesXmlWriter.Write(world));
            await log.Checkpoints.AdvanceAsync(QubesXmlView.Name, LogPosition.Start, world.Position, CancellationToken.None);
        }
    }
}
