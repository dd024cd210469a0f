using System.Diagnostics;
using System.Net.Sockets;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Other sides that are missing, silent or gone.</summary>
public sealed class LibvirtConnectionTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lv-");

    private string SocketPath => Path.Combine(folder.FullName, "s");

    private string Uri => "qemu+unix:///system?socket=" + SocketPath;

    public void Dispose() => folder.Delete(true);

    [LibvirtFact]
    public async Task A_missing_hypervisor_is_told_at_once_and_by_name()
    {
        await using var hypervisor = new LibvirtHypervisor(new LibvirtOptions(Uri));
        var started = Stopwatch.GetTimestamp();
        var failure = await Assert.ThrowsAsync<HypervisorException>(() => hypervisor.ListAsync(default).AsTask());
        Assert.Equal(HypervisorFault.Unreachable, failure.Fault);
        Assert.StartsWith($"cannot connect to {Uri}: Failed to connect socket to '{SocketPath}'", failure.Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [LibvirtFact]
    public async Task A_uri_of_no_driver_is_told()
    {
        await using var hypervisor = new LibvirtHypervisor(new LibvirtOptions("nothing:///x"));
        var failure = await Assert.ThrowsAsync<HypervisorException>(() => hypervisor.ListAsync(default).AsTask());
        Assert.Equal(HypervisorFault.Unreachable, failure.Fault);
        Assert.Contains("nothing:///x", failure.Message, StringComparison.Ordinal);
    }

    [LibvirtFact]
    public async Task A_silent_hypervisor_costs_no_more_than_the_time_that_was_set()
    {
        using var listener = Listen();
        var options = new LibvirtOptions(Uri) { CallTimeout = TimeSpan.FromMilliseconds(500) };
        var hypervisor = new LibvirtHypervisor(options);
        var started = Stopwatch.GetTimestamp();
        var calls = Enumerable.Range(0, 50).Select(_ => Assert.ThrowsAsync<HypervisorException>(() => hypervisor.ListAsync(default).AsTask()));
        foreach (var failure in await Task.WhenAll(calls))
        {
            Assert.Equal(HypervisorFault.Unreachable, failure.Fault);
            Assert.Contains("did not let us in within 0.5 s", failure.Message, StringComparison.Ordinal);
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
        started = Stopwatch.GetTimestamp();
        await hypervisor.DisposeAsync(); // although the library still waits
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [LibvirtFact]
    public async Task A_hypervisor_that_hangs_up_is_tried_again()
    {
        using var listener = Listen();
        await using var hypervisor = new LibvirtHypervisor(new LibvirtOptions(Uri) { ShortestPause = TimeSpan.FromMilliseconds(20) });
        var accepted = 0;
        using var enough = new CancellationTokenSource();
        var serving = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                using var client = await listener.AcceptAsync(enough.Token);
                accepted++;
            }
        });
        var failure = await Assert.ThrowsAsync<HypervisorException>(() => hypervisor.ListAsync(default).AsTask());
        Assert.Equal(HypervisorFault.Unreachable, failure.Fault);
        await Wait.UntilAsync(() => Task.FromResult(accepted >= 3));
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    [Fact]
    public async Task A_call_that_hangs_is_left_and_those_behind_it_are_never_begun()
    {
        using var threads = new LibvirtThreads(1);
        using var hang = new ManualResetEventSlim();
        var begun = 0;
        var hanging = Assert.ThrowsAsync<HypervisorException>(() => threads.RunAsync(
            () =>
            {
                hang.Wait(TimeSpan.FromSeconds(20));
                return 0;
            },
            TimeSpan.FromMilliseconds(300),
            default));
        var behind = Assert.ThrowsAsync<HypervisorException>(() => threads.RunAsync(() => Interlocked.Increment(ref begun), TimeSpan.FromMilliseconds(300), default));
        Assert.Equal(HypervisorFault.Unreachable, (await hanging).Fault);
        Assert.Equal("libvirt did not answer within 0.3 s", (await behind).Message);
        hang.Set();
        Assert.Equal(7, await threads.RunAsync(() => 7, TimeSpan.FromSeconds(20), default));
        Assert.Equal(0, begun);
    }

    [Fact]
    public async Task The_end_lets_go_of_those_who_wait()
    {
        using var hang = new ManualResetEventSlim();
        var threads = new LibvirtThreads(1);
        var waiting = Assert.ThrowsAsync<HypervisorException>(() => threads.RunAsync(() => hang.Wait(TimeSpan.FromSeconds(20)), TimeSpan.FromSeconds(60), default));
        threads.Dispose();
        Assert.Equal(HypervisorFault.Unreachable, (await waiting.WaitAsync(TimeSpan.FromSeconds(10))).Fault);
        await Assert.ThrowsAsync<HypervisorException>(() => threads.RunAsync(() => 1, TimeSpan.FromSeconds(1), default));
        hang.Set();
    }

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen(100);
        return listener;
    }
}
