using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>The rule of what may lie on a persistent disk: nothing that tells of a disposable which goes when it stops.</summary>
/// <remarks>
/// Two states are folded side by side: the one in force, and the one that the log gives (<see cref="World.Kept"/>). Whatever differs between
/// them is an <see cref="EphemeralChange"/>. The log never tells of such a subject what the journal tells, so it does not matter in which
/// order the two are folded. docs/adr/0005-ephemeral.md.
/// </remarks>
public static class Retentions
{
    /// <summary>Whether a qube goes when it stops, so that nothing of it is kept.</summary>
    public static bool IsEphemeral(Qube? qube) => qube is { Class: QubeClass.DispVM } && qube.Properties.Find("auto_cleanup") == PropertyValue.True;

    /// <summary>Divides an event.</summary>
    /// <param name="world">The state before it, with a right <see cref="World.Apart"/>.</param>
    /// <param name="event">The event.</param>
    public static Division Divide(World world, DomainEvent @event)
    {
        var after = Evolve.Apply(world, @event);
        if (@event.Stream.Qube is { } id)
        {
            return IsEphemeral(world.Find(id)) || IsEphemeral(after.Find(id)) || IsUnknown(world, after, id)
                ? OfDisposable(world, after, id, @event)
                : OfKept(world, after, @event);
        }

        return OfKept(world, after, @event);
    }

    /// <summary>The events that take out of the log what must not be there: disposables that were kept under other settings.</summary>
    public static Division Evict(World world)
    {
        var gone = world.InOrder().Where(IsEphemeral).ToList();
        if (gone.Count == 0)
        {
            return new Division(world, [], []);
        }

        var kept = gone.Aggregate(world, (state, qube) => Evolve.Apply(state, new QubeRemoved(qube.Id)));
        var clean = WorldEvents.Of(kept).Select(new KeptForm(world with { Apart = new Apart(kept, []) }).Of).OfType<DomainEvent>()
            .Aggregate(World.Empty, Evolve.Apply);
        var events = WorldDifference.Events(world, clean).ToImmutableArray();
        var told = events.Aggregate(world, Evolve.Apply);
        var subjects = world.Qubes.Keys.Select(StreamName.OfQube).Append(StreamName.System).Append(StreamName.Host)
            .Where(subject => !Subjects.IsSame(world, told, subject)).ToImmutableHashSet();
        return new Division(
            world with { Apart = subjects.IsEmpty ? null : new Apart(told, subjects) }, events,
            [.. subjects.Select(subject => Subjects.Whole(world, subject))]);
    }

    /// <summary>Everything that the log does not tell, in as few changes as possible.</summary>
    public static IEnumerable<EphemeralChange> Of(World world) => world.Apart is { } apart
        ? apart.Subjects.OrderBy(subject => subject.Value, StringComparer.Ordinal).Select(subject => Subjects.Whole(world, subject))
        : [];

    /// <summary>The state in force: what the log gives, and on it what the journal tells.</summary>
    /// <param name="kept">The state that the log gives.</param>
    /// <param name="changes">The journal, in order.</param>
    public static World Restore(World kept, IEnumerable<EphemeralChange> changes)
    {
        var bySubject = new Dictionary<StreamName, List<DomainEvent>>();
        foreach (var change in changes)
        {
            if (!bySubject.TryGetValue(change.Subject, out var events))
            {
                bySubject.Add(change.Subject, events = []);
            }

            // What came before the end of a qube must not be folded: its name and its number may belong to another one now.
            if (change.IsWhole || change.Events is [QubeRemoved])
            {
                events.Clear();
            }

            events.AddRange(change.Events.Where(@event => @event is not QubeRemoved));
        }

        var told = bySubject.Where(entry => entry.Value.Count > 0).ToList();
        var world = told.Aggregate(kept with { Apart = null }, (state, entry) => Subjects.Fold(state, entry.Key, entry.Value));
        return With(world, kept, [.. told.Select(entry => entry.Key).Where(subject => !Subjects.IsSame(world, kept, subject))]);
    }

    // Of a qube that is not there and not in the log either nothing needs telling: it may have been a disposable.
    private static bool IsUnknown(World world, World after, QubeId id) =>
        !world.Qubes.ContainsKey(id) && !after.Qubes.ContainsKey(id) && !world.Kept.Qubes.ContainsKey(id) && !world.Kept.LeftVolumes.ContainsKey(id);

    private static Division OfDisposable(World world, World after, QubeId id, DomainEvent @event)
    {
        var subject = @event.Stream;
        if (after.Find(id) is { } qube && !IsEphemeral(qube))
        {
            // From here on it is like any other qube, so the log has to know it whole.
            var form = new KeptForm(after);
            var all = Subjects.Whole(after, subject).Events.Select(form.Of).OfType<DomainEvent>().ToImmutableArray();
            return Finish(after, all.Aggregate(world.Kept, Evolve.Apply), subject, all);
        }

        if (world.Kept.Qubes.ContainsKey(id))
        {
            // Until now it was kept. The log tells that it is gone; that a disposable goes on under its name it does not tell.
            DomainEvent end = new QubeRemoved(id);
            return Finish(after, Evolve.Apply(world.Kept, end), subject, [end]);
        }

        var subjects = world.Apart?.Subjects ?? [];
        subjects = after.Qubes.ContainsKey(id) ? subjects.Add(subject) : subjects.Remove(subject);
        var change = new EphemeralChange(subject, false, [@event]);

        // What a run has from the settings of others in its first moment is told with it: when the journal is folded, they may be others.
        return new Division(With(after, world.Kept, subjects), [], @event is QubeSpawned ? [change, Subjects.Whole(after, subject)] : [change]);
    }

    private static Division OfKept(World world, World after, DomainEvent @event)
    {
        if (world.Apart is null)
        {
            return new Division(after, [@event], []);
        }

        var form = new KeptForm(world).Of(@event);
        if (form == @event && !world.Apart.Subjects.Contains(@event.Stream))
        {
            var same = Subjects.Share(Evolve.Apply(world.Kept, @event), after, @event.Stream);
            return new Division(With(after, same, world.Apart.Subjects), [@event], []);
        }

        return Finish(after, form is null ? world.Kept : Evolve.Apply(world.Kept, form), @event.Stream, form is null ? [] : [form]);
    }

    private static Division Finish(World after, World kept, StreamName subject, ImmutableArray<DomainEvent> events)
    {
        var subjects = after.Apart?.Subjects ?? []; // that of the state before: nothing has changed it yet
        if (Subjects.IsSame(after, kept, subject))
        {
            kept = Subjects.Share(kept, after, subject);
            return subjects.Contains(subject)
                ? new Division(With(after, kept, subjects.Remove(subject)), events, [new EphemeralChange(subject, true, [])])
                : new Division(With(after, kept, subjects), events, []);
        }

        return new Division(With(after, kept, subjects.Add(subject)), events, [Subjects.Whole(after, subject)]);
    }

    private static World With(World after, World kept, ImmutableHashSet<StreamName> subjects) =>
        after with { Apart = subjects.IsEmpty ? null : new Apart(kept, subjects) };
}
