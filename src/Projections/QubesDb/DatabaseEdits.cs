using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Collects what one event writes, and keeps the databases as they are after each write.</summary>
internal sealed class DatabaseEdits(QubesDbState state, World world, RecordedEvent recorded)
{
    private ImmutableArray<DatabaseChange>.Builder? changes;
    private ImmutableDictionary<QubeId, QubeDatabase> databases = state.Databases;
    private List<Qube>? active;

    /// <summary>The world after the event.</summary>
    internal World World { get; } = world;

    /// <summary>When the event was decided.</summary>
    internal DateTimeOffset Time { get; } = recorded.Time;

    /// <summary>The qubes that have a domain, by name. Made when first asked for: few events need it.</summary>
    internal IReadOnlyList<Qube> Active => active ??= [.. World.Runs.Where(entry => entry.Value.IsActive)
        .Select(entry => World.Qube(entry.Key)).Where(CanRun).OrderBy(qube => qube.Name, StringComparer.Ordinal)];

    /// <summary>Whether a qube is of a class that has a domain of its own here, whatever the log says.</summary>
    internal static bool CanRun(Qube qube) => qube is { IsLocal: true, IsDom0: false };

    /// <summary>Whether a qube has a database that can be written.</summary>
    internal bool Has(QubeId qube) => databases.ContainsKey(qube);

    /// <summary>The run that a database belongs to, or null.</summary>
    internal string? RunOf(QubeId qube) => databases.GetValueOrDefault(qube)?.Run;

    /// <summary>Begins an empty database.</summary>
    internal void Open(Qube qube, string run) => databases = databases.SetItem(qube.Id, new QubeDatabase(qube.Name, run, recorded.Position, QubeDatabase.NoKeys));

    /// <summary>Begins the database of dom0, which has been there since ever.</summary>
    internal void OpenDom0(Qube dom0) => databases = databases.SetItem(dom0.Id, new QubeDatabase(dom0.Name, "", LogPosition.Start, QubeDatabase.NoKeys));

    /// <summary>Forgets a database.</summary>
    internal void Close(QubeId qube) => databases = databases.Remove(qube);

    /// <summary>Writes a key. What no database can hold is not written: a value that is none leaves no older one in its place.</summary>
    internal void Write(QubeId qube, string path, string value)
    {
        if (!databases.TryGetValue(qube, out var database) || !DatabaseKeys.IsPath(path))
        {
            return;
        }

        if (!DatabaseKeys.IsValue(value) && !(path == DatabaseKeys.SeedPath && value == DatabaseKeys.RandomSeed))
        {
            Remove(qube, path);
            return;
        }

        Add(new DatabaseChange(qube, path, value));
        databases = databases.SetItem(qube, database with { Keys = database.Keys.SetItem(path, value) });
    }

    /// <summary>Writes a key unless it has the value already: for keys that nobody watches.</summary>
    internal void WriteIfNew(QubeId qube, string path, string value)
    {
        if (databases.GetValueOrDefault(qube)?.Keys.GetValueOrDefault(path) != value)
        {
            Write(qube, path, value);
        }
    }

    /// <summary>Writes a key, or removes it when there is no value.</summary>
    internal void WriteOrRemove(QubeId qube, string path, string? value)
    {
        if (value is null)
        {
            Remove(qube, path);
        }
        else
        {
            Write(qube, path, value);
        }
    }

    /// <summary>Removes a key, if it is there.</summary>
    internal void Remove(QubeId qube, string path)
    {
        if (databases.TryGetValue(qube, out var database) && database.Keys.ContainsKey(path))
        {
            Add(new DatabaseChange(qube, path, null));
            databases = databases.SetItem(qube, database with { Keys = database.Keys.Remove(path) });
        }
    }

    /// <summary>Removes all keys below a folder, if there are any.</summary>
    /// <param name="qube">Whose database.</param>
    /// <param name="folder">The folder with its slash.</param>
    internal void RemoveBelow(QubeId qube, string folder)
    {
        if (databases.TryGetValue(qube, out var database) &&
            database.Keys.Keys.Where(path => path.StartsWith(folder, StringComparison.Ordinal)).ToList() is { Count: > 0 } below)
        {
            Add(new DatabaseChange(qube, folder, null));
            databases = databases.SetItem(qube, database with { Keys = database.Keys.RemoveRange(below) });
        }
    }

    /// <summary>What came of it.</summary>
    internal QubesDbStep ToStep() =>
        new(state with { Position = recorded.Position, Databases = databases }, changes?.ToImmutable() ?? []);

    private void Add(DatabaseChange change) => (changes ??= ImmutableArray.CreateBuilder<DatabaseChange>()).Add(change);
}
