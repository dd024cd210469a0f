namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>A daemon on a fresh system that the tests of one class share.</summary>
public sealed class DaemonFixture : IAsyncLifetime
{
    private RootFolder? root;
    private DaemonProcess? daemon;

    internal RootFolder Root => root ?? throw new InvalidOperationException("The fixture was not started.");

    internal DaemonProcess Daemon => daemon ?? throw new InvalidOperationException("The fixture was not started.");

    internal AdminClient Client => Daemon.Client;

    public async ValueTask InitializeAsync()
    {
        root = await FreshRoot.CreateAsync(CancellationToken.None);
        daemon = await root.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (root is not null)
            await root.DisposeAsync();
    }
}
