namespace Qubes.Cqrs.Domain;

/// <summary>An event of the activity class, as far as its retention asks.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Qube">The qube.</param>
/// <param name="Type">Its alias.</param>
/// <param name="Runs">The runs that it is about.</param>
public sealed record ActivityEntry(LogPosition Position, QubeId Qube, string Type, EquatableArray<string> Runs);

/// <summary>Which events of the activity class can go once they are old enough.</summary>
public static class ActivityRetention
{
    private static readonly string Stopped = EventCatalog.All.First(type => type.ClrType == typeof(QubeStopped)).Alias;

    /// <summary>The positions of what can go, so that the states from the limit on stay what they are.</summary>
    /// <remarks>What stays, whatever its age: of each qube the newest end of a run, which tells how old its volumes are; and of a run that was under
    /// way at the limit everything, since its state is folded from all of it.</remarks>
    /// <param name="entries">All events of the class up to the limit that were not erased yet, in order.</param>
    /// <param name="limit">The state right after the last event that is old enough.</param>
    public static IReadOnlyList<LogPosition> Erasable(IReadOnlyCollection<ActivityEntry> entries, World limit)
    {
        var ends = entries.Where(entry => entry.Type == Stopped).GroupBy(entry => entry.Qube).Where(group => limit.Qubes.ContainsKey(group.Key))
            .Select(group => group.Max(entry => entry.Position.Value)).ToHashSet();
        return [.. entries.Where(entry => !ends.Contains(entry.Position.Value) && !IsUnderWay(entry, limit)).Select(entry => entry.Position)];
    }

    /// <summary>The runs that an event is about.</summary>
    public static EquatableArray<string> RunsOf(DomainEvent @event) => @event switch
    {
        RunEvent e => [e.Run],
        RunObserved e => [.. new[] { e.Was?.Id, e.Is?.Id }.OfType<string>()],
        _ => [],
    };

    private static bool IsUnderWay(ActivityEntry entry, World limit) =>
        limit.Runs.TryGetValue(entry.Qube, out var run) && entry.Runs.Contains(run.Id);
}
