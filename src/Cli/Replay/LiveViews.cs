using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Compares what lies on the disk with what the log gives. A daemon may go on meanwhile: what differs is looked at again before it counts.</summary>
/// <param name="log">The log.</param>
/// <param name="paths">Where the files lie.</param>
/// <param name="journal">Reads the journal of disposables; null without one.</param>
internal sealed class LiveViews(EventLogHost log, RootedPaths paths, Func<JournalContents?> journal)
{
    private const int Looks = 6;
    private const string Store = "/var/lib/qubes/qubes.xml";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(400);

    /// <summary>The state that a daemon would start with, from the newest snapshot, beside the one that the whole log gives.</summary>
    internal async Task<RebuildReport> CompareWorldAsync(World rebuilt, CancellationToken ct)
    {
        var live = await WorldReplay.AtAsync(log.Reader, log.Snapshots, rebuilt.Position, ct).ConfigureAwait(false);
        return RebuildReport.Of(ViewNames.World, rebuilt.Position, 1, ViewDifferences.OfWorlds(rebuilt, live));
    }

    /// <summary><c>qubes.xml</c>, and the full one beside the journal.</summary>
    internal Task<RebuildReport> CompareStoresAsync(World rebuilt, CancellationToken ct) => RepeatAsync(rebuilt, async world =>
    {
        var (differences, count, remark) = (new List<string>(), 0, (string?)null);
        if (Read(Store) is not { } found)
        {
            remark = $"there is no {Store}";
        }
        else
        {
            count++;
            var shown = await log.Checkpoints.FindAsync(QubesXmlView.Name, ct).ConfigureAwait(false);
            var then = shown == world.Position || shown == LogPosition.Start ? world : await WorldReplay.AtAsync(log.Reader, log.Snapshots, shown, ct).ConfigureAwait(false);
            differences.AddRange(ViewDifferences.OfTexts(Store, QubesXmlWriter.Write(then), found));
        }

        var whole = EphemeralJournal.Folder + "/qubes.xml";
        if (Read(whole) is { } full && journal() is { } contents)
        {
            count++;
            var all = Retentions.Restore(world, contents.Batches.SelectMany(batch => batch.Batch.Entries).Select(entry => entry.Change));
            differences.AddRange(ViewDifferences.OfTexts(whole, QubesXmlWriter.Write(all), full));
        }

        return RebuildReport.Of(ViewNames.QubesXml, world.Position, count, differences) with { Remark = remark };
    }, ct);

    /// <summary><c>firewall.xml</c> and <c>notes.txt</c> of every qube.</summary>
    internal Task<RebuildReport> CompareFilesAsync(World rebuilt, CancellationToken ct) => RepeatAsync(rebuilt, world =>
    {
        var (differences, count) = (new List<string>(), 0);
        foreach (var qube in world.InOrder())
        {
            foreach (var kind in QubeFiles.Kinds)
            {
                if (QubeFiles.PathOf(qube, kind) is { } path)
                {
                    count++;
                    differences.AddRange(ViewDifferences.OfTexts(path, QubeFiles.Content(qube, kind), Read(path)));
                }
            }
        }

        return Task.FromResult(RebuildReport.Of(ViewNames.QubeFiles, world.Position, count, differences));
    }, ct);

    /// <summary>The databases of what runs: how many the log gives; the live ones are in the daemon's hands.</summary>
    internal async Task<RebuildReport> CompareDatabasesAsync(World rebuilt, CancellationToken ct)
    {
        var databases = await QubesDbReplay.OfAsync(log.Reader, log.Snapshots, rebuilt, ct).ConfigureAwait(false);
        return RebuildReport.Of(ViewNames.QubesDb, rebuilt.Position, databases.Databases.Count, []) with
        {
            IsCompared = false,
            Remark = "only the daemon has the live ones: --rebuild qubesdb compares them",
        };
    }

    private async Task<RebuildReport> RepeatAsync(World world, Func<World, Task<RebuildReport>> compare, CancellationToken ct)
    {
        for (var look = 1; ; look++)
        {
            world = await WorldReplay.ContinueAsync(log.Reader, world, null, ct).ConfigureAwait(false);
            var report = await compare(world).ConfigureAwait(false);
            if (report.DifferenceCount == 0 || look == Looks)
            {
                return report;
            }

            await Task.Delay(BetweenLooks, ct).ConfigureAwait(false);
        }
    }

    private ReadOnlyMemory<byte>? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(paths.OnDisk(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException($"{path} cannot be read: {e.Message}");
        }
    }
}
