using System.Text;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The databases of a described host: that of dom0, and those of the qubes that run.</summary>
/// <param name="description">What the qubes have written into their own.</param>
public sealed class SimulatedQubesDb(HostDescription description) : IQubesDb
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SortedDictionary<string, byte[]>> databases = new(StringComparer.Ordinal) { ["dom0"] = Begin(description, "dom0") };

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QubesDbEntry>?> ReadAsync(string qube, string prefix, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (gate)
        {
            return ValueTask.FromResult(databases.TryGetValue(qube, out var database) ? Read(database, prefix) : null);
        }
    }

    /// <summary>Gives a qube that starts its database, with what it writes by itself.</summary>
    public void Open(string qube)
    {
        lock (gate)
        {
            databases[qube] = Begin(description, qube);
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
                database[path] = value.ToArray();
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
                foreach (var path in database.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).ToList())
                {
                    database.Remove(path);
                }
            }
        }
    }

    private static IReadOnlyList<QubesDbEntry>? Read(SortedDictionary<string, byte[]> database, string prefix)
    {
        var entries = database.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => new QubesDbEntry(entry.Key, entry.Value))
            .Take(IQubesDb.MaxEntries + 1)
            .ToList();
        return entries.Count <= IQubesDb.MaxEntries ? entries : null;
    }

    private static SortedDictionary<string, byte[]> Begin(HostDescription description, string qube)
    {
        var database = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (path, value) in description.QubesDb.TryGetValue(qube, out var described) ? described : new Dictionary<string, string>())
        {
            database[path] = Encoding.UTF8.GetBytes(value);
        }

        return database;
    }
}
