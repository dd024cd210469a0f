using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Keeps <c>qubes.xml</c> as a view of the log, unless somebody else wrote it.</summary>
/// <remarks>docs/adr/0004-foreign-store.md.</remarks>
internal sealed class StoreKeeper(string path, string digestPath, TimeSpan interval, FirstEvents firstEvents, ILogger logger)
{
    private readonly StoreDigests digests = new(digestPath);

    /// <summary>Where the store lies.</summary>
    internal string Path => path;

    /// <summary>Takes over what an import says, notices a foreign store, and gives the view; null while a foreign store is kept.</summary>
    internal async Task<(World World, QubesXmlView? View)> FollowAsync(OpenedLog opened, string? import, CancellationToken ct)
    {
        AtomicFile.RemoveLeftovers(path); // of a daemon that was killed while it wrote
        var world = opened.World;
        if (import is not null && !opened.IsNew)
        {
            var differences = firstEvents.Differences(world.Kept, import);
            world = await OpenedLog.AppendAsync(opened.Log, opened.Journal, world, differences, FirstEvents.ImportVerb, ct).ConfigureAwait(false);
            HostLog.TookOver(logger, differences.Count, import);
        }
        else if (!opened.IsNew && IsForeign())
        {
            Report(world.Kept);
            return (world, null);
        }

        var view = new QubesXmlView(new StoreFile(path, digests), opened.Log.Checkpoints, TimeProvider.System, new QubesXmlViewOptions
        {
            Interval = interval,
            Failed = failure => HostLog.StoreFailed(logger, path, failure.Exception),
        });
        view.Publish(world.Kept);
        return (world, view);
    }

    private bool IsForeign() => File.Exists(path) && !digests.IsEmpty && !digests.Knows(File.ReadAllBytes(path));

    private void Report(World world)
    {
        try
        {
            var differences = firstEvents.Differences(world, path);
            HostLog.ForeignStore(logger, path, differences.Count, string.Join("; ", differences.Take(5)));
        }
        catch (QubesXmlException unreadable)
        {
            HostLog.UnreadableStore(logger, path, unreadable.Message);
        }
    }
}
