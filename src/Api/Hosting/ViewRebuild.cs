using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Rebuilds a view from the log while the daemon serves: folded in the background, compared with the live one, and put in its place where they
/// differ, in a moment in which nothing is decided.</summary>
/// <param name="log">The log.</param>
/// <param name="writer">Waits for that moment.</param>
/// <param name="views">The views.</param>
/// <param name="files">The files of qubes.</param>
/// <param name="keys">The databases of qubes.</param>
/// <param name="store">Where <c>qubes.xml</c> lies.</param>
/// <param name="wholeStore">Where the full one lies, beside the journal.</param>
/// <param name="logger">Told of every difference before anything is replaced.</param>
internal sealed class ViewRebuild(
    EventLogHost log, Writer writer, CommitFanOut views, QubeFilesHost files, QubesDbFollower keys, string store, string wholeStore, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Rebuilds a view.</summary>
    /// <param name="view">Its name (<see cref="ViewNames"/>).</param>
    /// <param name="ct">Ends it before anything is replaced.</param>
    /// <exception cref="RefusedException">There is no such view, one is being rebuilt already, or the log cannot be used.</exception>
    internal async Task<RebuildReport> RunAsync(string view, CancellationToken ct)
    {
        if (!ViewNames.All.Contains(view))
        {
            throw new RefusedException($"There is no such view, known are: {string.Join(", ", ViewNames.All)}");
        }

        if (!await turn.WaitAsync(TimeSpan.Zero, ct).ConfigureAwait(false))
        {
            throw new RefusedException("A view is being rebuilt already; try again when that is done");
        }

        try
        {
            var report = view == ViewNames.Snapshots
                ? (await SnapshotCheck.RunAsync(log, isRepaired: true, static (_, _) => Task.CompletedTask, ct).ConfigureAwait(false)).Report
                : await FoldAndSwapAsync(view, ct).ConfigureAwait(false);
            HostLog.Rebuilt(logger, view, report.Position.Value, report.DifferenceCount);
            return report;
        }
        catch (Exception reason) when (reason is EventLogUnavailableException or LogGapException or UnknownEventException)
        {
            throw new RefusedException($"The view cannot be rebuilt: {reason.Message}");
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<RebuildReport> FoldAndSwapAsync(string view, CancellationToken ct)
    {
        var early = await WorldReplay.AtAsync(log.Reader, null, null, ct).ConfigureAwait(false);
        var databases = view == ViewNames.QubesDb ? await QubesDbReplay.OfAsync(log.Reader, log.Snapshots, early, ct).ConfigureAwait(false) : QubesDbState.Empty;
        RebuildReport? report = null;
        var paused = 0L;
        await writer.PauseAsync(
            async (_, live) =>
            {
                paused = Stopwatch.GetTimestamp();
                var (kept, state) = await CatchUpAsync(early, databases, live.Kept.Position).ConfigureAwait(false);
                var rebuilt = live.Apart is null ? kept : Retentions.Restore(kept, Retentions.Of(live)).At(live.Position);
                report = await CompareAsync(view, rebuilt, state, live).ConfigureAwait(false);
                return view == ViewNames.World && report.DifferenceCount > 0 ? rebuilt : live;
            },
            ct).ConfigureAwait(false);
        return report! with { Paused = Stopwatch.GetElapsedTime(paused) }; // it was made, or something was thrown
    }

    // What came while the log was folded.
    private async Task<(World World, QubesDbState Databases)> CatchUpAsync(World world, QubesDbState databases, LogPosition upTo)
    {
        await foreach (var recorded in log.Reader.ReadAsync(world.Position, upTo, CancellationToken.None).ConfigureAwait(false))
        {
            var after = Evolve.Apply(world, recorded.Event, recorded.Position);
            databases = QubesDbView.Apply(databases, world, after, recorded).State;
            world = after;
        }

        return (world, databases);
    }

    private async Task<RebuildReport> CompareAsync(string view, World rebuilt, QubesDbState databases, World live)
    {
        switch (view)
        {
            case ViewNames.World:
                return Told(RebuildReport.Of(view, live.Position, 1, ViewDifferences.OfWorlds(rebuilt, live)), swaps: true);
            case ViewNames.QubesXml:
                return await CompareStoresAsync(rebuilt).ConfigureAwait(false);
            case ViewNames.QubeFiles:
                return await CompareFilesAsync(rebuilt).ConfigureAwait(false);
            default:
                return CompareDatabases(rebuilt, databases, live);
        }
    }

    private async Task<RebuildReport> CompareStoresAsync(World rebuilt)
    {
        var (differences, count) = (new List<string>(), 0);
        foreach (var (view, path, world) in new[] { (views.Store, store, rebuilt.Kept), (views.WholeStore, wholeStore, rebuilt) })
        {
            if (view is null)
            {
                continue;
            }

            count++;
            await view.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            ReadOnlyMemory<byte>? found = File.Exists(path) ? await File.ReadAllBytesAsync(path, CancellationToken.None).ConfigureAwait(false) : (ReadOnlyMemory<byte>?)null;
            var differs = ViewDifferences.OfTexts(path, QubesXmlWriter.Write(world), found).ToList();
            differences.AddRange(differs);
            Tell(ViewNames.QubesXml, differs);
            await (differs.Count > 0 ? view.RewriteAsync(world, CancellationToken.None) : Task.CompletedTask).ConfigureAwait(false);
        }

        return RebuildReport.Of(ViewNames.QubesXml, rebuilt.Position, count, differences) with
        {
            IsSwapped = differences.Count > 0,
            Remark = views.Store is null ? $"somebody else wrote {store}: it is left alone" : null,
        };
    }

    private async Task<RebuildReport> CompareFilesAsync(World rebuilt)
    {
        if (views.Files is not { } view)
        {
            return RebuildReport.Of(ViewNames.QubeFiles, rebuilt.Position, 0, []) with { Remark = $"somebody else wrote {store}: files are left alone" };
        }

        await view.FlushAsync().ConfigureAwait(false);
        var found = files.Differences(rebuilt.Kept);
        var report = Told(RebuildReport.Of(ViewNames.QubeFiles, rebuilt.Position, found.Checked, found.Differing.Select(file => file.Difference)), swaps: true);
        view.Start(rebuilt.Kept);
        foreach (var file in found.Differing.Where(file => !file.IsForeign))
        {
            view.Mark(file.Path, file.Qube, file.Kind);
        }

        await view.FlushAsync().ConfigureAwait(false);
        return found.Differing.Any(file => file.IsForeign) ? report with { Remark = "what somebody else wrote is left alone until something is set again" } : report;
    }

    private RebuildReport CompareDatabases(World rebuilt, QubesDbState databases, World live)
    {
        var wanted = QubesDbView.Complete(databases, rebuilt.Kept);
        bool IsTold(QubeId qube) => rebuilt.Kept.Find(qube) is { } told && !Retentions.IsEphemeral(live.Find(told.Id));
        var report = Told(RebuildReport.Of(ViewNames.QubesDb, live.Position, wanted.Databases.Count, ViewDifferences.OfDatabases(wanted, keys.Current, IsTold)), swaps: true);
        if (report.DifferenceCount > 0)
        {
            var others = keys.Current.Databases.Where(entry => !IsTold(entry.Key));
            keys.Exchange(wanted with { Databases = wanted.Databases.SetItems(others) });
        }

        return report;
    }

    private RebuildReport Told(RebuildReport report, bool swaps)
    {
        Tell(report.View, report.Differences);
        return report with { IsSwapped = swaps && report.DifferenceCount > 0 };
    }

    private void Tell(string view, IEnumerable<string> differences)
    {
        foreach (var difference in differences.Take(ViewDifferences.Most))
        {
            HostLog.ViewDiffers(logger, view, difference);
        }
    }
}
