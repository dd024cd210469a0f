using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Finds the journal of disposables at start, puts what it tells on the state that the log gives, and begins it anew.</summary>
/// <remarks>docs/adr/0005-ephemeral.md.</remarks>
internal sealed class JournalKeeper(RootedPaths paths, DaemonConfiguration configuration, ILogger logger)
{
    private const string Verb = "qubesd.disposables";

    private static readonly AtomicFileOptions OwnerOnly = new() { Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, Group = null };

    private readonly string folder = paths.OnDisk(EphemeralJournal.Folder);
    private World? first;

    /// <summary>Where the store with all disposables lies.</summary>
    internal string WholeStore => Path.Combine(folder, "qubes.xml");

    /// <summary>Writes the first events of a new log: what may be kept.</summary>
    internal async Task<World> BeginAsync(EventLogHost log, World world, IReadOnlyList<DomainEvent> events, string verb, CancellationToken ct)
    {
        if (!configuration.ForgetsDisposables)
        {
            return await OpenedLog.AppendAsync(log, null, world, events, verb, ct).ConfigureAwait(false);
        }

        var (after, kept, _) = OpenedLog.Divide(world, events);
        var position = await OpenedLog.AppendAsync(log, kept, TimeProvider.System.GetUtcNow(), Call.OfDaemon(verb).ToMetadata(), ct).ConfigureAwait(false);
        first = after.At(position);
        return first.Kept;
    }

    /// <summary>The state in force, and the journal that goes on from it; none where disposables are kept like every qube.</summary>
    /// <param name="log">The log, which has at least one event.</param>
    /// <param name="kept">The state that it gives.</param>
    /// <param name="ct">Cancels.</param>
    internal async Task<(World World, EphemeralJournal? Journal)> FollowAsync(EventLogHost log, World kept, CancellationToken ct)
    {
        var identity = await IdentityAsync(log, ct).ConfigureAwait(false);
        var contents = first is null ? await FindAsync(log, identity, kept.Position, ct).ConfigureAwait(false) : null;
        var world = first ?? Restore(kept, contents);
        if (!configuration.ForgetsDisposables)
        {
            return (await StoreAsync(log, kept, world, ct).ConfigureAwait(false), null);
        }

        EphemeralJournal.PrepareFolder(folder, logger);
        var journal = EphemeralJournal.Begin(folder, identity, contents?.NextNumber ?? 1, world, log.Serializer, log.Faults, logger);
        return (await EvictAsync(log, journal, world, ct).ConfigureAwait(false), journal);
    }

    /// <summary>The state in force where the log cannot be asked whether all of the journal counts.</summary>
    internal World Restore(World kept) => configuration.ForgetsDisposables ? Restore(kept, EphemeralJournal.Read(folder, EventSerializer.Default)) : kept;

    /// <summary>The view that shows all qubes, disposables as well, beside the journal.</summary>
    internal QubesXmlView ShowWhole(World world)
    {
        var view = new QubesXmlView(new AtomicViewFile(WholeStore, OwnerOnly), new NoCheckpoints(), TimeProvider.System, new QubesXmlViewOptions
        {
            Interval = configuration.StoreWriteInterval,
            Failed = failure => HostLog.StoreFailed(logger, WholeStore, failure.Exception),
        });
        view.Publish(world);
        return view;
    }

    private static World Restore(World kept, JournalContents? contents) => contents is null
        ? kept
        : Retentions.Restore(kept, contents.Batches.SelectMany(batch => batch.Batch.Entries).Select(entry => entry.Change));

    private static async Task<Guid> IdentityAsync(EventLogHost log, CancellationToken ct)
    {
        await foreach (var recorded in log.Reader.ReadAsync(LogPosition.Start, LogPosition.Start.Next, ct).ConfigureAwait(false))
        {
            return recorded.Id;
        }

        return Guid.Empty;
    }

    /// <summary>What of the journal counts; null when nothing does.</summary>
    private async Task<JournalContents?> FindAsync(EventLogHost log, Guid identity, LogPosition head, CancellationToken ct)
    {
        if (!EphemeralJournal.Exists(folder))
        {
            return null;
        }

        if (EphemeralJournal.Read(folder, log.Serializer) is not { } contents)
        {
            HostLog.JournalDropped(logger, folder, "it cannot be read");
            return null;
        }

        if (contents.Log != identity)
        {
            HostLog.JournalDropped(logger, folder, "it belongs to another log");
            return null;
        }

        var batches = contents.Batches;
        if (batches.Any(batch => batch.Batch.After > head) || batches.SkipLast(1).Any(batch => batch.Batch.After.Value + batch.Batch.Kept > head.Value))
        {
            HostLog.JournalDropped(logger, folder, "it follows on events that are not in the log");
            return null;
        }

        // Only the last can lack its partner: the writer goes on when it knows what became of one.
        return batches.IsEmpty || await CountsAsync(log, batches[^1].Batch, head, ct).ConfigureAwait(false)
            ? contents
            : contents with { Batches = batches[..^1], NextNumber = batches[^1].FirstNumber };
    }

    private static async Task<bool> CountsAsync(EventLogHost log, EphemeralBatch batch, LogPosition head, CancellationToken ct)
    {
        if (batch.Kept == 0)
        {
            return true;
        }

        if (batch.After.Value + batch.Kept > head.Value)
        {
            return false;
        }

        await foreach (var recorded in log.Reader.ReadAsync(batch.After, batch.After.Next, ct).ConfigureAwait(false))
        {
            return recorded.Metadata is null || recorded.Metadata.CorrelationId == batch.Correlation;
        }

        return false;
    }

    // Disposables are kept like every qube from now on.
    private async Task<World> StoreAsync(EventLogHost log, World kept, World world, CancellationToken ct)
    {
        var differences = world.Apart is null ? [] : WorldDifference.Events(kept, world).ToImmutableArray();
        var stored = await OpenedLog.AppendAsync(log, null, kept, differences, Verb, ct).ConfigureAwait(false);
        if (Directory.Exists(folder))
        {
            EphemeralJournal.Remove(folder);
            File.Delete(WholeStore);
        }

        return stored;
    }

    // Those that were kept like every qube until now.
    private static async Task<World> EvictAsync(EventLogHost log, EphemeralJournal journal, World world, CancellationToken ct)
    {
        var division = Retentions.Evict(world.Kept);
        if (division.Kept.IsEmpty)
        {
            return world;
        }

        var metadata = Call.OfDaemon(Verb).ToMetadata();
        var now = TimeProvider.System.GetUtcNow();
        var changes = division.Ephemeral.Where(change => world.Apart?.Subjects.Contains(change.Subject) != true).ToImmutableArray(); // told already
        journal.Append(new EphemeralBatch(
            world.Position, division.Kept.Length, metadata.CorrelationId, [.. changes.Select(change => new EphemeralEntry(change, now, metadata))]));
        var position = await OpenedLog.AppendAsync(log, division.Kept, now, metadata, ct).ConfigureAwait(false);
        var told = division.Kept.Aggregate(world.Kept, Evolve.Apply);
        var after = Retentions.Restore(told, Retentions.Of(world).Concat(changes)).At(position);
        journal.Settle(after);
        return after;
    }

    /// <summary>A file in memory is written anew at each start.</summary>
    private sealed class NoCheckpoints : ICheckpoints
    {
        private LogPosition last = LogPosition.Start;

        public Task<LogPosition> FindAsync(string view, CancellationToken ct) => Task.FromResult(last);

        public Task<bool> AdvanceAsync(string view, LogPosition from, LogPosition to, CancellationToken ct)
        {
            last = to;
            return Task.FromResult(true);
        }
    }
}
