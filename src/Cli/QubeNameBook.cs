using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>The names of qubes, also of those that are gone.</summary>
internal sealed class QubeNameBook
{
    private readonly Dictionary<QubeId, string> names = [];

    /// <summary>Notes the names that a world has.</summary>
    internal static async Task<QubeNameBook> OpenAsync(EventLogHost log, CancellationToken ct)
    {
        var world = await WorldReplay.AtAsync(log.Reader, log.Snapshots, null, ct).ConfigureAwait(false);
        var book = new QubeNameBook();
        foreach (var qube in world.Qubes.Values)
        {
            book.names[qube.Id] = qube.Name;
        }

        return book;
    }

    /// <summary>Notes the name that an event gives.</summary>
    internal void Note(DomainEvent? @event)
    {
        if (@event is QubeAdded added)
        {
            names[added.Qube] = added.Name;
        }
    }

    /// <summary>Notes the names that a journal gives.</summary>
    internal void Note(JournalContents? journal)
    {
        foreach (var entry in journal?.Batches.SelectMany(batch => batch.Batch.Entries) ?? [])
        {
            entry.Change.Events.ToList().ForEach(Note);
        }
    }

    /// <summary>The name; for a qube that is gone and not in sight the beginning of its UUID.</summary>
    internal string NameOf(QubeId id) => names.TryGetValue(id, out var name) ? name : id.ToString()[..8] + "…";
}
