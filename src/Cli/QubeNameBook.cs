using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>The names of qubes, also of those that are gone.</summary>
internal sealed class QubeNameBook
{
    private readonly Dictionary<QubeId, string?> names = new() { [QubeId.Dom0] = "dom0" };

    /// <summary>Looks up the names of the qubes that events are about or refer to: the few rows that gave them, whatever the length of the log.</summary>
    internal async Task LearnAsync(EventLogHost log, IReadOnlyCollection<RecordedEvent> events, CancellationToken ct)
    {
        var missing = new HashSet<QubeId>();
        foreach (var recorded in events)
        {
            Note(recorded.Event);
            EventText.Subject(recorded, Ask);
            EventText.Summary(recorded, Ask);
        }

        foreach (var (id, name) in await log.Search.NamesAsync(missing, ct).ConfigureAwait(false))
        {
            names[id] = name;
        }

        // Who is not found is not looked for again.
        foreach (var id in missing)
        {
            names.TryAdd(id, null);
        }

        string Ask(QubeId id)
        {
            if (!names.ContainsKey(id))
            {
                missing.Add(id);
            }

            return "";
        }
    }

    /// <summary>Notes the name that an event gives.</summary>
    internal void Note(DomainEvent? @event)
    {
        if (@event is QubeAdded added)
        {
            names[added.Qube] = added.Name;
        }
    }

    /// <summary>Notes a name.</summary>
    internal void Note(QubeId id, string name) => names[id] = name;

    /// <summary>Notes the names that a journal gives.</summary>
    internal void Note(JournalContents? journal)
    {
        foreach (var entry in journal?.Batches.SelectMany(batch => batch.Batch.Entries) ?? [])
        {
            entry.Change.Events.ToList().ForEach(Note);
        }
    }

    /// <summary>The qubes with a name, as far as it was noted.</summary>
    internal IEnumerable<QubeId> Named(string name) => names.Where(entry => entry.Value == name).Select(entry => entry.Key);

    /// <summary>The name; for a qube that is gone and not in sight the beginning of its UUID.</summary>
    internal string NameOf(QubeId id) => names.GetValueOrDefault(id) ?? id.ToString()[..8] + "…";
}
