using System.Collections.Concurrent;
using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Keeps <c>firewall.xml</c> and <c>notes.txt</c> of every qube at the newest world: coalesced under load, flushed at shutdown.</summary>
/// <remarks>Only what changed is written, however many qubes there are; what could not be written is tried again.</remarks>
public sealed class QubeFilesView : IDisposable
{
    private const int WritesAtOnce = 8;

    private readonly IQubeFileStore store;
    private readonly ViewLoop loop;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Lock publishing = new();
    private readonly HashSet<(string Path, string Qube, QubeFileKind Kind)> changed = [];
    private readonly HashSet<(string Path, string Qube, QubeFileKind Kind)> underWay = [];
    private World newest = World.Empty;

    /// <summary>Makes the view; nothing is written before something changes or is marked.</summary>
    public QubeFilesView(IQubeFileStore store, TimeProvider time, QubesXmlViewOptions options) =>
        (this.store, loop) = (store, new ViewLoop(time, options, _ => FlushAsync()));

    /// <summary>Takes over where the files stand; who starts the view marks what differs with <see cref="Mark"/>.</summary>
    public void Start(World world)
    {
        lock (publishing)
        {
            newest = world;
        }
    }

    /// <summary>Hands over the world after a commit; never blocks.</summary>
    public void Publish(World world, ImmutableArray<RecordedEvent> events)
    {
        lock (publishing)
        {
            var before = newest;
            newest = world;
            foreach (var recorded in events)
            {
                switch (recorded.Event)
                {
                    case FirewallSet e:
                        Add(world.Find(e.Qube), QubeFileKind.Firewall);
                        break;
                    case FirewallExpired e:
                        Add(world.Find(e.Qube), QubeFileKind.Firewall);
                        break;
                    case NotesSet e:
                        Add(world.Find(e.Qube), QubeFileKind.Notes);
                        break;
                    case PropertySet { Property: "auto_cleanup", Qube: { } id }:
                        AddAll(before.Find(id) ?? world.Find(id)); // it begins or ends to be kept, with its files
                        break;
                    case PropertyReset { Property: "auto_cleanup", Qube: { } id }:
                        AddAll(before.Find(id) ?? world.Find(id));
                        break;
                    case QubeRemoved e:
                        AddAll(before.Find(e.Qube));
                        break;
                }
            }
        }
    }

    /// <summary>Has a file written or removed as the newest world wants it.</summary>
    public void Mark(string path, string qube, QubeFileKind kind)
    {
        lock (publishing)
        {
            changed.Add((path, qube, kind));
        }

        loop.Signal();
    }

    /// <summary>Whether a file was not written yet, so that it may hold what no longer counts: that of an earlier qube of the same name, for one.</summary>
    public bool IsBehind(Qube qube, QubeFileKind kind)
    {
        if (QubeFiles.PathOf(qube, kind) is not { } path)
        {
            return false;
        }

        lock (publishing)
        {
            return changed.Contains((path, qube.Name, kind)) || underWay.Contains((path, qube.Name, kind));
        }
    }

    /// <summary>Writes what changed until cancelled.</summary>
    public Task RunAsync(CancellationToken ct) => loop.RunAsync(ct);

    /// <summary>Writes what changed now. The first error is the caller's, after everything else was written.</summary>
    public async Task FlushAsync()
    {
        if (await WriteChangedAsync() is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

    private void AddAll(Qube? qube)
    {
        Add(qube, QubeFileKind.Firewall);
        Add(qube, QubeFileKind.Notes);
    }

    private void Add(Qube? qube, QubeFileKind kind)
    {
        if (qube is not null && QubeFiles.PathOf(qube, kind) is { } path)
        {
            changed.Add((path, qube.Name, kind));
            loop.Signal();
        }
    }

    // A write under way is never cancelled: only then it is known what the file holds.
    private async Task<Exception?> WriteChangedAsync()
    {
        await writing.WaitAsync(CancellationToken.None);
        try
        {
            var (world, batch) = Take();
            if (batch.Count == 0)
            {
                return null;
            }

            var failures = new ConcurrentQueue<Exception>();
            var files = batch.ConvertAll(entry => Wanted(world, entry.Path, entry.Qube, entry.Kind));
            try
            {
                await store.ExpectAsync(files, CancellationToken.None);
                await Parallel.ForEachAsync(
                    batch.Zip(files),
                    new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce },
                    async (pair, _) => await TryWriteAsync(pair.First, pair.Second, failures));
            }
#pragma warning disable CA1031 // Whatever it was: it is told, and tried again.
            catch (Exception unprepared)
#pragma warning restore CA1031
            {
                batch.ForEach(Return);
                failures.Enqueue(unprepared);
            }

            return failures.TryPeek(out var first) ? first : null;
        }
        finally
        {
            Done();
            writing.Release();
        }
    }

    private (World World, List<(string Path, string Qube, QubeFileKind Kind)> Batch) Take()
    {
        lock (publishing)
        {
            var batch = changed.ToList();
            changed.Clear();
            underWay.UnionWith(batch);
            return (newest, batch);
        }
    }

    private void Done()
    {
        lock (publishing)
        {
            underWay.Clear();
        }
    }

    private static QubeFile Wanted(World world, string path, string name, QubeFileKind kind) =>
        new(path, world.Find(name) is { } qube && QubeFiles.PathOf(qube, kind) == path ? QubeFiles.Content(qube, kind) : null);

    private async Task TryWriteAsync((string Path, string Qube, QubeFileKind Kind) entry, QubeFile file, ConcurrentQueue<Exception> failures)
    {
        try
        {
            await store.WriteAsync(file, CancellationToken.None);
        }
#pragma warning disable CA1031 // One folder that cannot be written must not hold up the others.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            Return(entry);
            failures.Enqueue(reason);
        }
    }

    private void Return((string Path, string Qube, QubeFileKind Kind) entry)
    {
        lock (publishing)
        {
            changed.Add(entry);
        }
    }
}
