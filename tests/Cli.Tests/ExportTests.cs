using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history export</c>: what other programs read is well formed, whatever qubes wrote.</summary>
public sealed class ExportTests(ExportTests.HostileLog log) : IClassFixture<ExportTests.HostileLog>
{
    [Fact]
    public async Task Json_lines_hold_every_event()
    {
        var lines = (await RunAsync("--format", "jsonl")).TrimEnd('\n').Split('\n');
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(number => (long)number), lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("position").GetInt64()));
    }

    [Fact]
    public async Task Csv_is_quoted_and_holds_no_formulas()
    {
        var csv = await RunAsync("--format", "csv", "--since", Text(log.Changed));
        await Golden.HoldAsync("export.csv.txt", csv.Replace(log.WorkId, "WORK-UUID", StringComparison.Ordinal).Replace("\r\n", "<CRLF>\n", StringComparison.Ordinal));
        Assert.All(csv.Split("\r\n"), line => Assert.DoesNotContain(line.Split(','), field => field.TrimStart('"') is ['=' or '@', ..]));
    }

    [Fact]
    public async Task Cef_is_escaped()
    {
        var cef = await RunAsync("--format", "cef", "--since", Text(log.Changed));
        await Golden.HoldAsync("export.cef.txt", cef.Replace(log.WorkId, "WORK-UUID", StringComparison.Ordinal));
        Assert.All(cef.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("CEF:0|", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_store_of_a_position_goes_to_a_file()
    {
        var file = Path.Combine(log.Root, "store.xml");
        await RunAsync("--format", "xml", "--at", Text(log.Imported), "-o", file);
        Assert.Equal("qubes", XDocument.Load(file).Root!.Name.LocalName);
        Assert.Equal((await log.RunAsync("at", Text(log.Imported), "--xml")).Output, await File.ReadAllTextAsync(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_repository_has_a_commit_per_request()
    {
        var folder = Path.Combine(log.Root, "repository");
        await RunAsync("--format", "git", "-o", folder);
        Assert.Equal("", await GitAsync(folder, "fsck", "--strict"));
        var commits = await GitAsync(folder, "log", "--format=%an|%at|%s");
        await Golden.HoldAsync("export.git.txt", commits);
        Assert.Equal(await RunAsync("--format", "xml"), await File.ReadAllTextAsync(Path.Combine(folder, "qubes.xml")));
        Assert.Equal("=notes\n", await File.ReadAllTextAsync(Path.Combine(folder, "appvms/work/notes.txt")));
        var again = await log.RunAsync("export", "--format", "git", "-o", folder);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("is there already", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        Assert.Contains("--at goes with --format xml", (await log.RunAsync("export", "--at", "3")).Error, StringComparison.Ordinal);
        Assert.Contains("name the folder of the new repository", (await log.RunAsync("export", "--format", "git")).Error, StringComparison.Ordinal);
        Assert.Contains("is later than", (await log.RunAsync("export", "--since", "9", "--until", "3")).Error, StringComparison.Ordinal);
        Assert.NotEqual(0, (await log.RunAsync("export", "--format", "xls")).ExitCode);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var run = await log.RunAsync(["export", .. arguments]);
        Assert.Equal(0, run.ExitCode);
        return run.Output;
    }

    private static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardOutput = true })!;
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.Equal(0, git.ExitCode);
        return output;
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);

    /// <summary>A log in which qubes wrote what programs might obey.</summary>
    public sealed class HostileLog : SampleLog
    {
        /// <summary>The identity of the qube, which differs from run to run.</summary>
        public string WorkId { get; private set; } = "";

        protected override async Task ContinueAsync(EventLogHost log, QubeId work)
        {
            WorkId = work.ToString();
            await AppendAsync(log, "admin.vm.feature.Set", [new FeatureSet(work, "f", "=cmd|' /C calc'!A0\r\n\"x\"", null)], "=evil|\\");
            await AppendAsync(log, "admin.vm.feature.Set", [new FeatureSet(work, "g", "a=b|c\\d\u001b[31m", null)], "work\n<x>");
            await AppendAsync(log, "admin.vm.notes.Set", [new NotesSet(work, "=notes\n"), new FirewallSet(work, [FirewallRuleParser.Parse("action=accept")])], "dom0");
        }

        private static async Task AppendAsync(EventLogHost log, string method, IEnumerable<DomainEvent> events, string caller) => await log.Appender.AppendAsync(
            [.. events.Select(@event => new PendingEvent(@event, Time, new EventMetadata(caller + method, null, caller) { Method = method, Destination = Qube, Argument = "+x", Peer = new Peer(0, 42, "a|b=c") }))],
            default);
    }
}
