using System.Diagnostics;
using System.Runtime.Versioning;

namespace Qubes.Cqrs.Architecture.Tests;

/// <summary>The units of systemd, and the programs that they run. Source: spec, lifecycle.md 10.</summary>
[SupportedOSPlatform("linux")]
public sealed class SystemdUnitTests : IDisposable
{
    private const string Daemon = "qubesd.service";
    private const string Core = "qubes-core.service";
    private const string Autostart = "qubes-vm@.service";
    private const string Preload = "qubes-preload-dispvm.service";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("units-");

    public void Dispose() => folder.Delete(true);

    [Fact]
    public void There_are_these_units_and_no_others() =>
        Assert.Equal([Core, Preload, Autostart, Daemon], Directory.GetFiles(Repository.Path("packaging/systemd")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(Daemon, "Service", "Type", "notify")]
    [InlineData(Daemon, "Service", "NotifyAccess", "main")]
    [InlineData(Daemon, "Service", "ExecStart", "/usr/bin/qubesd run")]
    [InlineData(Daemon, "Service", "KillMode", "mixed")]
    [InlineData(Daemon, "Service", "Restart", "on-failure")]
    [InlineData(Core, "Service", "ExecStart", "/usr/lib/qubes/cleanup-dispvms")]
    [InlineData(Core, "Service", "ExecStop", "/usr/bin/qvm-shutdown -q --all --wait")]
    [InlineData(Core, "Service", "TimeoutStopSec", "180")]
    [InlineData(Core, "Service", "RemainAfterExit", "yes")]
    [InlineData(Autostart, "Service", "ExecStart", "/usr/bin/qvm-start --skip-if-running -- %i")]
    [InlineData(Autostart, "Service", "TimeoutStartSec", "0")]
    [InlineData(Autostart, "Unit", "ConditionKernelCommandLine", "!qubes.skip_autostart")]
    [InlineData(Preload, "Unit", "ConditionKernelCommandLine", "!qubes.skip_autostart")]
    [InlineData(Preload, "Service", "ExecStart", "/usr/lib/qubes/preload-dispvms")]
    public void A_unit_says(string unit, string section, string key, string value) => Assert.Equal([value], Values(unit, section, key));

    /// <summary>systemd stops in the opposite order of the start: what stands first here stops last.</summary>
    [Theory]
    [InlineData("virtxend.service", Daemon)]
    [InlineData("libvirtd.service", Daemon)]
    [InlineData("xenstored.service", Daemon)]
    [InlineData("qubes-qmemman.service", Daemon)]
    [InlineData(Daemon, Core)]
    [InlineData(Daemon, Autostart)]
    [InlineData(Core, Autostart)]
    [InlineData(Daemon, Preload)]
    [InlineData(Core, Preload)]
    [InlineData(Autostart, Preload)]
    public void Starts_before(string first, string second) => Assert.True(
        Words(second, "Unit", "After").Contains(first) || (IsOurs(first) && Words(first, "Unit", "Before").Contains(second)),
        $"nothing orders {first} before {second}");

    [Theory]
    [InlineData(Core)]
    [InlineData(Autostart)]
    [InlineData(Preload)]
    public void What_calls_the_daemon_needs_it(string unit) => Assert.Contains(Daemon, Words(unit, "Unit", "Requires"));

    [Theory]
    [InlineData(Daemon)]
    [InlineData(Core)]
    [InlineData(Autostart)]
    [InlineData(Preload)]
    public void Systemd_understands(string unit)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed");
        var name = unit.Replace("@.", "@work.", StringComparison.Ordinal);
        File.Copy(Repository.Path("packaging/systemd/" + unit), Path.Combine(folder.FullName, name));
        var (_, said) = Run("/usr/bin/systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", Path.Combine(folder.FullName, name)]);
        Assert.DoesNotContain(said.Split('\n'), line => line.Contains(folder.FullName, StringComparison.Ordinal) && line.Contains(unit.Split('@', '.')[0], StringComparison.Ordinal));
    }

    [Fact]
    public void Only_disposables_that_are_left_over_are_removed()
    {
        Play("qvm-ls", "printf 'dom0|AdminVM|Running\\nold|DispVM|Halted\\nkept|DispVM|Halted\\nbusy|DispVM|Running\\nwork|AppVM|Halted\\nold2|DispVM|Halted\\n'");
        Play("qvm-prefs", "[ \"$2\" = kept ] && echo False || echo True");
        Play("qvm-remove", "echo \"$@\" >> \"$LOG\"; [ \"$3\" != old ]");
        var (code, said) = Run(Repository.Path("packaging/libexec/cleanup-dispvms"), []);
        Assert.Equal((0, "cleanup-dispvms: old stays"), (code, said.Trim()));
        Assert.Equal(["--force -- old", "--force -- old2"], Log());
    }

    [Fact]
    public void Disposables_are_preloaded_for_the_templates_that_want_some()
    {
        Play("qubes-prefs", "echo default-dvm");
        Play("qvm-ls", "printf 'dom0|AdminVM\\ndefault-dvm|AppVM\\nown-dvm|AppVM\\nnone-dvm|AppVM\\nwork|AppVM\\nfedora|TemplateVM\\n'");
        Play("qvm-prefs", "[ \"$2\" = work ] && echo False || echo True");
        Play("qvm-features", "case \"$*\" in 'dom0 preload-dispvm-max') echo 2;; '-- own-dvm preload-dispvm-max') echo 1;; '-- none-dvm preload-dispvm-max') echo 0;; *) exit 1;; esac");
        Play("qubesd-query", "echo \"$@\" >> \"$LOG\"");
        var (code, said) = Run(Repository.Path("packaging/libexec/preload-dispvms"), []);
        Assert.Equal((0, ""), (code, said.Trim()));
        Assert.Equal(
            ["-e --fail dom0 admin.vm.CreateDisposable default-dvm preload", "-e --fail dom0 admin.vm.CreateDisposable own-dvm preload"],
            Log());
    }

    private static bool IsOurs(string unit) => File.Exists(Repository.Path("packaging/systemd/" + unit));

    private static List<string> Words(string unit, string section, string key) =>
        [.. Values(unit, section, key).SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    private static List<string> Values(string unit, string section, string key)
    {
        var current = "";
        var values = new List<string>();
        foreach (var line in File.ReadLines(Repository.Path("packaging/systemd/" + unit)))
        {
            if (line is ['[', .., ']'])
            {
                current = line[1..^1];
            }
            else if (current == section && line.StartsWith(key + "=", StringComparison.Ordinal))
            {
                values.Add(line[(key.Length + 1)..]);
            }
        }

        return values;
    }

    private void Play(string program, string script)
    {
        var path = Path.Combine(folder.FullName, program);
        File.WriteAllText(path, $"#!/bin/sh\nLOG='{folder.FullName}/log'\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string[] Log() => File.ReadAllLines(Path.Combine(folder.FullName, "log"));

    private (int Code, string Errors) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        start.Environment["PATH"] = $"{folder.FullName}:/usr/bin:/bin";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
