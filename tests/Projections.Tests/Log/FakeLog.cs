using System.Runtime.CompilerServices;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>A log in memory, with snapshots.</summary>
internal sealed class FakeLog : IEventReader, ISnapshotStore
{
    public List<RecordedEvent> Events { get; } = [];

    public List<World> Snapshots { get; } = [];

    public int Read { get; private set; }

    public static FakeLog Of(IEnumerable<DomainEvent?> events)
    {
        var log = new FakeLog();
        foreach (var @event in events)
        {
            log.Add(log.Events.Count + 1, @event);
        }

        return log;
    }

    public void Add(long position, DomainEvent? @event) => Events.Add(new RecordedEvent(
        new LogPosition(position), Guid.Empty, StreamName.System, new StreamVersion(position), DateTimeOffset.UnixEpoch, "x", @event, null));

    public Task<LogPosition> HeadAsync(CancellationToken ct) => Task.FromResult(new LogPosition(Events.Count));

    public async IAsyncEnumerable<RecordedEvent> ReadAsync(LogPosition after, LogPosition? upTo, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        foreach (var recorded in Events.Where(recorded => recorded.Position > after && (upTo is null || recorded.Position <= upTo)))
        {
            Read++;
            yield return recorded;
        }
    }

    public Task<World?> FindAsync(LogPosition? upTo, CancellationToken ct) =>
        Task.FromResult(Snapshots.Where(world => upTo is null || world.Position <= upTo).MaxBy(world => world.Position));

    public Task SaveAsync(World world, CancellationToken ct)
    {
        Snapshots.Add(world);
        return Task.CompletedTask;
    }
}
