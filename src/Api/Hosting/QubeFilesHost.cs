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
    private readonly QubeFileDigests digests;
    private readonly ILogger logger;

    /// <summary>Puts the parts together; nothing is read or written yet but the digests.</summary>
    internal QubeFilesHost(RootedPaths paths, TimeSpan interval, ILogger logger)
    {
        this.logger = logger;
        digests = new QubeFileDigests(paths.OnDisk(LogSource.Directory + "/qube-files.sha256"));
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

    /// <summary>Where the files differ from what a world wants; the view must have nothing to write meanwhile.</summary>
    internal (int Checked, IReadOnlyList<DifferingFile> Differing) Differences(World world)
    {
        var (count, differing) = (0, new List<DifferingFile>());
        foreach (var qube in world.InOrder())
        {
            foreach (var kind in QubeFiles.Kinds)
            {
                if (QubeFiles.PathOf(qube, kind) is not { } path)
                {
                    continue;
                }

                count++;
                var found = Reader.Find(path);
                ReadOnlyMemory<byte>? live = found is null ? (ReadOnlyMemory<byte>?)null : found; // a null array would become an empty memory
                if (ViewDifferences.OfTexts(path, QubeFiles.Content(qube, kind), live).FirstOrDefault() is { } difference)
                {
                    differing.Add(new DifferingFile(path, qube.Name, kind, found is not null && !digests.Knows(path, found), difference));
                }
            }
        }

        return (count, differing);
    }

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

/// <summary>A file of a qube that is not as it has to be.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Qube">The qube's name.</param>
/// <param name="Kind">Which file.</param>
/// <param name="IsForeign">Whether somebody else wrote it.</param>
/// <param name="Difference">How it differs, in words.</param>
internal sealed record DifferingFile(string Path, string Qube, QubeFileKind Kind, bool IsForeign, string Difference);
