using System.Diagnostics;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Which program asks a guest to shut down, with real processes.</summary>
public sealed class ShutdownProgramTests : IDisposable
{
    private const string Say = "for a in \"$@\"; do echo \"[$a]\" >> $LOG; done";
    private static readonly QubeId Qube = new(Guid.NewGuid());
    private readonly ProgramFolder programs = new();

    public void Dispose() => programs.Dispose();

    [Theory]
    [InlineData("xen:///system", "/usr/sbin/xl", "[shutdown] [-F] [work; rm *]")]
    [InlineData("xen+unix:///system", "/usr/sbin/xl", "[shutdown] [-F] [work; rm *]")]
    [InlineData("xenon:///system", "/usr/bin/virsh", "[-c] [xenon:///system] [shutdown] [work; rm *]")]
    [InlineData("qemu:///system", "/usr/bin/virsh", "[-c] [qemu:///system] [shutdown] [work; rm *]")]
    public async Task The_program_is_called_with_these_arguments_and_no_shell(string uri, string program, string arguments)
    {
        programs.Write(program, Say);
        await ShutDownAsync(uri, "work; rm *");
        Assert.Equal(arguments.Split("] [").Select(part => $"[{part.Trim('[', ']')}]"), programs.Log());
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_words()
    {
        programs.Write("/usr/sbin/xl", "echo no such domain >&2; exit 5");
        var failure = await Assert.ThrowsAsync<HypervisorException>(() => ShutDownAsync("xen:///system", "work"));
        Assert.Equal(HypervisorFault.Failed, failure.Fault);
        Assert.EndsWith("/usr/sbin/xl ended with 5: no such domain", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_program_is_told() =>
        Assert.Equal(HypervisorFault.Failed, (await Assert.ThrowsAsync<HypervisorException>(() => ShutDownAsync("xen:///system", "work"))).Fault);

    [Fact]
    public async Task A_program_that_hangs_is_killed_with_what_it_started()
    {
        programs.Write("/usr/sbin/xl", "sleep 600 & echo $! >> $LOG; echo $$ >> $LOG; wait");
        var started = Stopwatch.GetTimestamp();
        var failure = await Assert.ThrowsAsync<HypervisorException>(() => ShutDownAsync("xen:///system", "work", 1));
        Assert.Equal(HypervisorFault.Unreachable, failure.Fault);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
        await Wait.UntilAsync(() => Task.FromResult(programs.Log().All(number => !Processes.Runs(number))));
        Assert.Equal(2, programs.Log().Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-F")]
    public async Task A_name_that_is_an_option_is_none(string name)
    {
        programs.Write("/usr/sbin/xl", Say);
        await Assert.ThrowsAsync<HypervisorException>(() => ShutDownAsync("xen:///system", name));
        Assert.Empty(programs.Log());
    }

    private async Task ShutDownAsync(string uri, string name, int seconds = 20)
    {
        await using var hypervisor = new LibvirtHypervisor(new LibvirtOptions(uri) { Programs = programs.Paths, ShutdownTimeout = TimeSpan.FromSeconds(seconds) });
        await hypervisor.ShutdownAsync(Qube, name, default);
    }
}
