using System.Text.Json;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history import</c>: copies of the store become a history, day by day.</summary>
public sealed class ImportTests : IDisposable
{
    private static readonly string Sample = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "qubes.xml"));
    private readonly DirectoryInfo root = Directory.CreateDirectory($"/var/tmp/qubes-import-{Environment.ProcessId}");
    private readonly DirectoryInfo copies = Directory.CreateDirectory($"/var/tmp/qubes-copies-{Environment.ProcessId}");

    public void Dispose()
    {
        root.Delete(true);
        copies.Delete(true);
    }

    [Fact]
    public async Task Dated_copies_become_a_history_once()
    {
        var memory = Sample.Replace("<property name=\"netvm\">sys-net</property>\n        <property name=\"template\">tpl", "<property name=\"memory\">555</property>\n        <property name=\"netvm\">sys-net</property>\n        <property name=\"template\">tpl", StringComparison.Ordinal);
        Assert.NotEqual(Sample, memory);
        Write("qubes-2026-01-03.xml", Sample);
        Write("2026-01-05/qubes.xml", memory);
        Write("2026-01-05/appvms/work/notes.txt", "of that day");
        Write("2026-01-05/appvms/work/firewall.xml", "not a firewall");
        Write("2026-01-05/policy.d/30-user.policy", "* * * * deny\n!include include/more\n");
        Write("2026-01-05/policy.d/include/more", "qubes.A * @anyvm @anyvm allow\n");
        Write("2026-01-09T10/policy.d/30-user.policy", "* * * * allow\n");
        Write("2026-01-09T10/qubes.xml", memory);
        Write("qubes-2026-01-07T1530.xml", "<qubes");
        Write("qubes-20260109.xml", memory);

        var dry = await RunAsync("import", copies.FullName, "--dry-run");
        Assert.Equal((0, ""), (dry.ExitCode, dry.Error));
        await Golden.HoldAsync("import.txt", dry.Output.Replace(copies.FullName, "COPIES", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(root.FullName, "var/lib/qubes/log")));

        var run = await RunAsync("import", copies.FullName, "--json");
        Assert.Equal("", run.Error);
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal([true, false, false, true, true], report.GetProperty("copies").EnumerateArray().Select(copy => copy.GetProperty("changes").GetInt32() > 10 || copy.GetProperty("not_understood").GetArrayLength() == 0));

        Assert.Equal(0, (await RunAsync("verify")).ExitCode);
        Assert.Contains("400", (await RunAsync("at", "2026-01-04", "--qube", "work", "--property", "memory")).Output, StringComparison.Ordinal);
        Assert.Contains("555", (await RunAsync("at", "2026-01-06", "--qube", "work", "--property", "memory")).Output, StringComparison.Ordinal);
        var policy = (await RunAsync("diff", "2026-01-06", "2026-01-10")).Output;
        Assert.Contains("* * * * deny", policy, StringComparison.Ordinal);
        Assert.Contains("* * * * allow", policy, StringComparison.Ordinal);
        Assert.Contains("include/more", policy, StringComparison.Ordinal);
        Assert.Contains("notes-set", (await RunAsync("log", "--json", "--type", "notes-set")).Output, StringComparison.Ordinal);

        var again = await RunAsync("import", copies.FullName);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("a history can only begin a new one", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_imported_is_refused()
    {
        Assert.Contains("there is no file or folder", (await RunAsync("import", "/no/such")).Error, StringComparison.Ordinal);
        Assert.Contains("there is no copy of qubes.xml", (await RunAsync("import", copies.FullName)).Error, StringComparison.Ordinal);
        Write("qubes.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><qubes/>");
        Assert.Contains("can be read", (await RunAsync("import", Path.Combine(copies.FullName, "qubes.xml"))).Error, StringComparison.Ordinal);
        Write("qubes.xml", Sample);
        File.SetLastWriteTimeUtc(Path.Combine(copies.FullName, "qubes.xml"), new DateTime(2040, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Contains("is of the future", (await RunAsync("import", Path.Combine(copies.FullName, "qubes.xml"))).Error, StringComparison.Ordinal);
    }

    private Task<Finished> RunAsync(params string[] arguments) => SampleLog.RunOnAsync(root.FullName, arguments);

    private void Write(string name, string content)
    {
        var path = Path.Combine(copies.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
