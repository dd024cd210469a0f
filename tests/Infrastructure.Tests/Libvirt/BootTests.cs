using System.Diagnostics;
using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A real guest on a real hypervisor, which <c>scripts/boot-test</c> prepares.</summary>
public sealed class BootTests : IAsyncLifetime
{
    private const string IsUp = "guest-is-up";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string? Uri = Environment.GetEnvironmentVariable("QUBES_BOOT_URI");

    private readonly QubeId qube = new(Guid.NewGuid());
    private readonly LibvirtHypervisor hypervisor = new(new LibvirtOptions(Uri ?? "") { ShortestPause = TimeSpan.FromMilliseconds(50) });

    private static string Name => "boot-test";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await hypervisor.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_guest_boots_survives_the_loss_of_libvirt_and_shuts_itself_down()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Uri), "run scripts/boot-test, which installs a hypervisor and makes a guest");
        await hypervisor.DefineAsync(Xml(), default);
        var created = await hypervisor.CreatePausedAsync(qube, default);
        Assert.Equal((Name, DomainActivity.Paused), (created.Name, created.Activity));

        using var console = Listen((await hypervisor.ConsoleAsync(qube, default))!);
        await hypervisor.ResumeAsync(qube, default);
        await SaysAsync(console.StandardOutput, IsUp);
        await hypervisor.PauseAsync(qube, default);
        Assert.Equal(DomainActivity.Paused, (await hypervisor.FindAsync(qube, default))?.Activity);
        await hypervisor.ResumeAsync(qube, default);
        var running = await hypervisor.FindAsync(qube, default);
        Assert.True(running is { Activity: DomainActivity.Running, CpuTimeNs: > 0, MemoryKiB: > 0 });
        await ToldAsync(DomainNoticeKind.Started, DomainNoticeKind.Paused, DomainNoticeKind.Resumed);

        // No guest agent is in it, so it cannot be sent to sleep: what is told leads to a pause instead (spec, lifecycle.md 5).
        Assert.Equal(HypervisorFault.NotSupported, (await Assert.ThrowsAsync<HypervisorException>(() => hypervisor.SuspendAsync(qube, default).AsTask())).Fault);

        KillDaemon();
        await ToldAsync(new DomainNotice(null, DomainNoticeKind.Unknown));
        var found = Assert.Single(await hypervisor.ListAsync(default));
        Assert.Equal((qube, created.Xid), (found.Qube, found.Xid));

        await hypervisor.ShutdownAsync(qube, Name, default);
        await SaysAsync(console.StandardOutput, "guest-goes");
        await ToldAsync(new DomainNotice(qube, DomainNoticeKind.Stopped));
        Assert.Null(await hypervisor.FindAsync(qube, default));

        await hypervisor.CreatePausedAsync(qube, default);
        await hypervisor.ResumeAsync(qube, default);
        await hypervisor.DestroyAsync(qube, default);
        await ToldAsync(new DomainNotice(qube, DomainNoticeKind.Stopped));
        Assert.Equal(HypervisorFault.InvalidOperation, (await Assert.ThrowsAsync<HypervisorException>(() => hypervisor.DestroyAsync(qube, default).AsTask())).Fault);
        await hypervisor.UndefineAsync(qube, default);
        console.Kill();
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set");

    // cat, because whoever opens a terminal may become its session's leader.
    private static Process Listen(string terminal) => Process.Start(new ProcessStartInfo("/usr/bin/cat", [terminal]) { RedirectStandardOutput = true })!;

    private static async Task SaysAsync(StreamReader console, string expected)
    {
        var said = new StringBuilder();
        using var limit = new CancellationTokenSource(Patience);
        while (await console.ReadLineAsync(limit.Token) is { } line)
        {
            said.AppendLine(line);
            if (line.Contains(expected, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"the guest ended without '{expected}': {said}");
    }

    /// <summary>Ends libvirt's daemon, which the script starts again; guests go on running.</summary>
    private static void KillDaemon()
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(Uri!.Split("socket=")[1]))!;
        var daemon = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => name!.All(char.IsAsciiDigit))
            .Single(number => CommandOf(number!) is ["/usr/sbin/libvirtd", ..] command && command.Contains(folder + "/pid"));
        Process.GetProcessById(int.Parse(daemon!, System.Globalization.CultureInfo.InvariantCulture)).Kill();
    }

    private static string[] CommandOf(string number)
    {
        try
        {
            return File.ReadAllText($"/proc/{number}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private string Xml() => DomainDialects.For(Uri!)!.Define(new PlainDomain(qube, Name, 160, 1)
    {
        Kernel = Setting("QUBES_BOOT_KERNEL"),
        InitialDisk = Setting("QUBES_BOOT_INITRD"),
        KernelArguments = "console=ttyS0 quiet panic=-1",
    });

    private async Task ToldAsync(params DomainNoticeKind[] kinds)
    {
        foreach (var kind in kinds)
        {
            await ToldAsync(new DomainNotice(qube, kind));
        }
    }

    private async Task ToldAsync(DomainNotice expected)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (await hypervisor.Notices.ReadAsync(limit.Token) != expected)
        {
            // Others come before it.
        }
    }
}
