using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Finds events of the log by what they are about, and what names and times in questions stand for.</summary>
/// <remarks>Safe to use from several threads. Whoever implements it tells with exceptions of its own that the log cannot be read now.</remarks>
public interface IEventSearch
{
    /// <summary>The matching events, the newest first. Who stops early has read little more than that.</summary>
    IAsyncEnumerable<RecordedEvent> NewestFirstAsync(EventQuery query, CancellationToken ct);

    /// <summary>The position of the last event.</summary>
    Task<LogPosition> HeadAsync(CancellationToken ct);

    /// <summary>The position in force at a time; <see cref="LogPosition.Start"/> before the first event.</summary>
    Task<LogPosition> AtTimeAsync(DateTimeOffset time, CancellationToken ct);

    /// <summary>When an event was decided; null when there is none at that position.</summary>
    Task<DateTimeOffset?> TimeOfAsync(LogPosition position, CancellationToken ct);

    /// <summary>The position that a mark stands for at the head of the log; null when there is no mark of that name.</summary>
    Task<LogPosition?> MarkAsync(string name, CancellationToken ct);

    /// <summary>The names that qubes had when they came to be: also of those that are gone, but not of those that were erased.</summary>
    Task<IReadOnlyDictionary<QubeId, string>> NamesAsync(IReadOnlyCollection<QubeId> ids, CancellationToken ct);

    /// <summary>The qubes that have or had a name; null for all there ever were.</summary>
    Task<Dictionary<QubeId, string>> QubesNamedAsync(string? name, CancellationToken ct);
}
