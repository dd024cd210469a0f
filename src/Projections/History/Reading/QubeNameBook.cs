using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The names of qubes, also of those that are gone.</summary>
public sealed class QubeNameBook
{
    private readonly Dictionary<QubeId, string?> names = new() { [QubeId.Dom0] = "dom0" };

    /// <summary>Looks up the names of the qubes that events are about or refer to: the few rows that gave them, whatever the length of the log.</summary>
    public async Task LearnAsync(IEventSearch search, IReadOnlyCollection<RecordedEvent> events, CancellationToken ct)
    {
        var missing = new HashSet<QubeId>();
        foreach (var recorded in events)
        {
            Note(recorded.Event);
            EventText.Subject(recorded, Ask);
            EventText.Summary(recorded, Ask);
        }

        foreach (var (id, name) in await search.NamesAsync(missing, ct).ConfigureAwait(false))
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
    public void Note(DomainEvent? @event)
    {
        if (@event is QubeAdded added)
        {
            names[added.Qube] = added.Name;
        }
    }

    /// <summary>Notes a name.</summary>
    public void Note(QubeId id, string name) => names[id] = name;

    /// <summary>The qubes with a name, as far as it was noted.</summary>
    public IEnumerable<QubeId> Named(string name) => names.Where(entry => entry.Value == name).Select(entry => entry.Key);

    /// <summary>The name; for a qube that is gone and not in sight the beginning of its UUID.</summary>
    public string NameOf(QubeId id) => names.GetValueOrDefault(id) ?? id.ToString()[..8] + "…";
}
