using System.Collections.Immutable;
using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The databases of a described host: that of dom0, and those of the qubes that run.</summary>
/// <param name="description">What the qubes have written into their own.</param>
/// <param name="keys">What the daemon writes; null where nothing is written.</param>
/// <param name="writings">A file with what guests write while they run (<see cref="GuestWritings"/>), or null.</param>
public sealed class SimulatedQubesDb(HostDescription description, QubesDbFollower? keys = null, string? writings = null) : IQubesDb, IQubeDatabases, IDatabaseSink
{
    private readonly Lock gate = new();
    private readonly GuestWritings guests = new(writings);
    private readonly DatabaseNotices notices = new();
    private readonly Dictionary<string, SimulatedDatabase> databases = new(StringComparer.Ordinal)
    {
        ["dom0"] = Begin(description, "dom0", QubeId.Dom0, WatchedKeys.All),
    };

    /// <summary>What happens to the keys that are watched.</summary>
    public IDatabaseNotices Notices => notices;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QubesDbEntry>?> ReadAsync(string qube, string prefix, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (gate)
        {
            return ValueTask.FromResult(databases.TryGetValue(qube, out var database) ? Read(database, prefix, guests.Of(qube, prefix)) : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask PrepareAsync(QubeId qube, Run run, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask OpenAsync(QubeId qube, Run run, CancellationToken ct)
    {
        if (keys?.Current.Find(qube)?.Name is { } name)
        {
            lock (gate)
            {
                databases[name] = Begin(description, name, qube, []);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(QubeId qube, Run run, CancellationToken ct)
    {
        lock (gate)
        {
            if (keys?.Now is var (state, number) && state.Find(qube) is { } known && databases.TryGetValue(known.Name, out var database))
            {
                database.WrittenUpTo = number;
                foreach (var (path, value) in DatabaseKeys.ForWriting(known.Keys))
                {
                    Set(database, path, RandomSeed.ToBytes(value));
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WatchAsync(QubeId qube, Run run, CancellationToken ct)
    {
        lock (gate)
        {
            if (keys?.Current.Find(qube) is { } known && databases.TryGetValue(known.Name, out var database))
            {
                database.Watched = WatchedKeys.All;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(QubeId qube, CancellationToken ct)
    {
        lock (gate)
        {
            foreach (var (name, _) in databases.Where(entry => entry.Value.Qube == qube && qube != QubeId.Dom0).ToList())
            {
                databases.Remove(name);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Publish(long number, ImmutableArray<DatabaseChange> changes)
    {
        lock (gate)
        {
            foreach (var change in changes)
            {
                if (keys?.Current.Find(change.Qube) is { } known && databases.TryGetValue(known.Name, out var database) && number > database.WrittenUpTo)
                {
                    Apply(database, change);
                }
            }
        }
    }

    /// <summary>Gives a qube that starts its database, with what it writes by itself.</summary>
    public void Open(string qube)
    {
        lock (gate)
        {
            databases[qube] = Begin(description, qube, null, []);
        }
    }

    /// <summary>Takes the database of a qube that stops away.</summary>
    public void Close(string qube)
    {
        lock (gate)
        {
            databases.Remove(qube);
        }
    }

    /// <summary>Writes a key as the qube itself would; nothing happens when it does not run.</summary>
    /// <exception cref="ArgumentException">Path or value cannot stand in a database.</exception>
    public void Write(string qube, string path, ReadOnlySpan<byte> value)
    {
        if (path is not ['/', ..] || path.Length > IQubesDb.MaxPathBytes || !Ascii.IsValid(path) || value.Length > IQubesDb.MaxValueBytes || value.Contains((byte)0))
        {
            throw new ArgumentException($"no key of a database: {path}", nameof(path));
        }

        lock (gate)
        {
            if (databases.TryGetValue(qube, out var database))
            {
                Set(database, path, value.ToArray());
            }
        }
    }

    /// <summary>Removes the keys that begin with the prefix; nothing happens when the qube does not run.</summary>
    public void Remove(string qube, string prefix)
    {
        lock (gate)
        {
            if (databases.TryGetValue(qube, out var database))
            {
                RemoveAll(database, prefix);
            }
        }
    }

    private void Apply(SimulatedDatabase database, DatabaseChange change)
    {
        if (change.Value is { } value)
        {
            Set(database, change.Path, RandomSeed.ToBytes(value));
        }
        else if (change.Path is [.., '/'])
        {
            RemoveAll(database, change.Path);
        }
        else if (database.Keys.Remove(change.Path))
        {
            Tell(database, change.Path);
        }
    }

    private void Set(SimulatedDatabase database, string path, byte[] value)
    {
        database.Keys[path] = value;
        Tell(database, path);
    }

    private void RemoveAll(SimulatedDatabase database, string prefix)
    {
        var gone = database.Keys.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        foreach (var path in gone)
        {
            database.Keys.Remove(path);
        }

        if (gone.Count > 0)
        {
            Tell(database, prefix);
        }
    }

    private void Tell(SimulatedDatabase database, string path)
    {
        if (database.Qube is { } qube)
        {
            foreach (var watched in database.Watched.Where(watched => WatchedKeys.Matches(watched, path)))
            {
                notices.Add(qube, path, watched);
            }
        }
    }

    private static IReadOnlyList<QubesDbEntry>? Read(SimulatedDatabase database, string prefix, IEnumerable<KeyValuePair<string, byte[]>> written)
    {
        var entries = database.Keys.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Concat(written)
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => new QubesDbEntry(entry.Key, entry.Value))
            .Take(IQubesDb.MaxEntries + 1)
            .ToList();
        return entries.Count <= IQubesDb.MaxEntries ? entries : null;
    }

    private static SimulatedDatabase Begin(HostDescription description, string qube, QubeId? id, ImmutableArray<string> watched)
    {
        var database = new SimulatedDatabase { Qube = id, Watched = watched };
        foreach (var (path, value) in description.QubesDb.TryGetValue(qube, out var described) ? described : new Dictionary<string, string>())
        {
            database.Keys[path] = Encoding.UTF8.GetBytes(value);
        }

        return database;
    }

    private sealed class SimulatedDatabase
    {
        public SortedDictionary<string, byte[]> Keys { get; } = new(StringComparer.Ordinal);

        public long WrittenUpTo { get; set; }

        public QubeId? Qube { get; init; }

        public ImmutableArray<string> Watched { get; set; } = [];
    }
}
