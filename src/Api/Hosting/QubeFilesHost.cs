using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>What keeps <c>firewall.xml</c> and <c>notes.txt</c> of every qube.</summary>
internal sealed class QubeFilesHost : IDisposable
{
    private readonly QubeFileKeeper keeper;
    private readonly ILogger logger;

    /// <summary>Puts the parts together; nothing is read or written yet but the digests.</summary>
    internal QubeFilesHost(RootedPaths paths, TimeSpan interval, ILogger logger)
    {
        this.logger = logger;
        var digests = new QubeFileDigests(paths.OnDisk(LogSource.Directory + "/qube-files.sha256"));
        View = new QubeFilesView(new QubeFileStore(paths, digests), TimeProvider.System, new QubesXmlViewOptions
        {
            Interval = interval,
            Failed = failure => HostLog.QubeFilesFailed(logger, failure.Exception),
        });
        Reader = new QubeFileReader(paths, View.IsBehind);
        keeper = new QubeFileKeeper(paths, new QubeFileReader(paths), digests, View, logger);
    }

    /// <summary>Reads the files that are not the view's to write at the moment.</summary>
    internal QubeFileReader Reader { get; }

    /// <summary>Writes them.</summary>
    internal QubeFilesView View { get; }

    /// <summary>Looks at all files and then follows the log until cancelled.</summary>
    internal async Task RunAsync(World world, Func<ICommand, CancellationToken, Task> send, CancellationToken ct)
    {
        try
        {
            await keeper.CatchUpAsync(world, send, ct).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What changes from now on is written all the same.
        catch (Exception reason) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            HostLog.QubeFilesFailed(logger, reason);
        }

        await View.RunAsync(ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => View.Dispose();
}
