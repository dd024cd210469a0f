namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Sees to it that the daemon has no more descriptors open after an attack than before it.</summary>
internal sealed class DescriptorWatch
{
    // The runtime and the connection pool of the log open a few of their own now and then.
    private const int Tolerated = 8;
    private const int WarmUpCalls = 50;

    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(30);

    private readonly DaemonProcess daemon;
    private readonly int before;

    private DescriptorWatch(DaemonProcess daemon, int before)
    {
        this.daemon = daemon;
        this.before = before;
    }

    public static async Task<DescriptorWatch> StartAsync(DaemonProcess daemon, CancellationToken ct)
    {
        daemon.AssertAlive();
        for (var i = 0; i < WarmUpCalls; i++)
            await daemon.Client.CallAsync("admin.vm.List", "", "dom0", "", ct);
        return new DescriptorWatch(daemon, daemon.Descriptors);
    }

    public async Task AssertSettlesAsync(CancellationToken ct)
    {
        daemon.AssertAlive();
        await Eventually.TrueAsync(
            $"the daemon's descriptors are about {before} again",
            () => daemon.Descriptors <= before + Tolerated,
            SettleLimit,
            ct,
            () => $"{daemon.Descriptors} are open.\n{daemon.Tail}");
    }
}
