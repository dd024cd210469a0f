using System.Globalization;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Stands in for <c>zfs</c>: volumes and snapshots are files below a folder, and each call is written down.</summary>
public sealed class ZfsStandIn(string root) : IToolRunner
{
    private readonly Dictionary<string, Dataset> datasets = new(StringComparer.Ordinal) { ["tank"] = new(1), ["tank/vms"] = new(2) };
    private long transaction = 10;

    /// <summary>The calls that change something, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The space that is free, in bytes.</summary>
    public long FreeBytes { get; set; } = 1L << 40;

    /// <summary>The names of everything below the pool's container but the folders of its own work.</summary>
    public IReadOnlyList<string> Names => [.. datasets.Keys.Where(name => name.StartsWith("tank/vms/", StringComparison.Ordinal) && !name.Split('/')[^1].StartsWith('.'))];

    public ValueTask<ToolResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        Assert.Equal("zfs", call.Program);
        if (call.Arguments[0] != "list")
        {
            Calls.Add(call.ToString());
        }

        var (flags, operands) = Split(call.Arguments);
        try
        {
            transaction++;
            return new(new ToolResult(0, Run(call.Arguments[0], flags, operands), ""));
        }
        catch (InvalidDataException refused)
        {
            return new(new ToolResult(1, "", refused.Message + "\n"));
        }
    }

    /// <summary>Whether a dataset is marked as written to.</summary>
    public bool IsDirty(string name) => datasets.TryGetValue(name, out var dataset) && dataset.IsDirty;

    /// <summary>Makes a dataset without the driver.</summary>
    public void Make(string name) => Create(name, 1 << 20);

    private string Run(string verb, Dictionary<string, string> flags, string[] operands) => verb switch
    {
        "list" => List(operands.Single()),
        "create" => Create(operands.Single(), flags.TryGetValue("-V", out var size) ? long.Parse(size, CultureInfo.InvariantCulture) : null),
        "snapshot" => Snapshot(operands.Single()),
        "clone" => Clone(operands[0], operands[1]),
        "rename" => Rename(operands[0], operands[1]),
        "set" => Set(operands[..^1], operands[^1]),
        "rollback" => RollBack(operands.Single()),
        "promote" => Promote(operands.Single()),
        "destroy" => Destroy(operands.Single(), flags),
        _ => throw new InvalidDataException("unrecognized command"),
    };

    private static (Dictionary<string, string> Flags, string[] Operands) Split(IReadOnlyList<string> arguments)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = 1;
        for (; at < arguments.Count && arguments[at].StartsWith('-'); at++)
        {
            flags[arguments[at]] = arguments[at] is "-V" or "-o" or "-t" ? arguments[++at] : "";
        }

        return (flags, [.. arguments.Skip(at)]);
    }

    private string List(string container)
    {
        Find(container);
        return string.Concat(datasets.Where(entry => entry.Key == container || entry.Key.StartsWith(container + "/", StringComparison.Ordinal))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => string.Create(
                CultureInfo.InvariantCulture,
                $"{entry.Key}\t{Number(Length(entry.Key))}\t{(IsSnapshot(entry.Key) ? "-" : Used(entry.Key))}\t{Used(entry.Key)}\t{entry.Value.Created}\t{(entry.Value.IsDirty && !IsSnapshot(entry.Key) ? "on" : "-")}\t{(IsSnapshot(entry.Key) ? string.Join(',', ClonesOf(entry.Key)) : "-")}\t{(IsSnapshot(entry.Key) ? "-" : FreeBytes)}\n")));
    }

    private string Create(string name, long? size)
    {
        MakeParents(name);
        Add(name, new Dataset(transaction));
        if (size is { } bytes)
        {
            Assert.Equal(0, bytes % 131072);
            using var file = File.Create(OnDisk(name));
            file.SetLength(bytes);
        }

        return "";
    }

    private string Snapshot(string name)
    {
        Find(name.Split('@')[0]);
        Add(name, new Dataset(transaction));
        File.Copy(OnDisk(name.Split('@')[0]), OnDisk(name));
        return "";
    }

    private string Clone(string snapshot, string name)
    {
        Find(snapshot);
        MakeParents(name);
        Add(name, new Dataset(transaction) { Origin = snapshot });
        File.Copy(OnDisk(snapshot), OnDisk(name));
        return "";
    }

    private string Rename(string from, string to)
    {
        Find(from);
        MakeParents(to);
        foreach (var name in datasets.Keys.Where(name => name == from || name.StartsWith(from + "@", StringComparison.Ordinal)).ToList())
        {
            Move(name, to + name[from.Length..]);
        }

        return "";
    }

    private string Set(string[] properties, string name)
    {
        var dataset = Find(name);
        foreach (var (key, value) in properties.Select(property => property.Split('=')).Select(parts => (parts[0], parts[1])))
        {
            if (key == "volsize")
            {
                using var file = File.OpenWrite(OnDisk(name));
                file.SetLength(long.Parse(value, CultureInfo.InvariantCulture));
            }
            else if (key == "org.qubes-os:dirty")
            {
                dataset.IsDirty = value == "on";
            }
            else
            {
                Assert.Equal("readonly", key);
            }
        }

        return "";
    }

    private string RollBack(string snapshot)
    {
        var created = Find(snapshot).Created;
        var name = snapshot.Split('@')[0];
        foreach (var later in datasets.Where(entry => entry.Key.StartsWith(name + "@", StringComparison.Ordinal) && entry.Value.Created > created).Select(entry => entry.Key).ToList())
        {
            Destroy(later, []);
        }

        File.Copy(OnDisk(snapshot), OnDisk(name), overwrite: true);
        return "";
    }

    private string Promote(string clone)
    {
        var origin = Find(clone).Origin ?? throw new InvalidDataException("not a cloned filesystem");
        var (parent, created) = (origin.Split('@')[0], Find(origin).Created);
        foreach (var older in datasets.Where(entry => entry.Key.StartsWith(parent + "@", StringComparison.Ordinal) && entry.Value.Created <= created).Select(entry => entry.Key).ToList())
        {
            Move(older, clone + older[parent.Length..]);
        }

        (Find(parent).Origin, Find(clone).Origin) = (clone + origin[parent.Length..], null);
        return "";
    }

    private string Destroy(string name, Dictionary<string, string> flags)
    {
        var parts = datasets.Keys.Where(part => part == name || part.StartsWith(name + "@", StringComparison.Ordinal) || part.StartsWith(name + "/", StringComparison.Ordinal)).ToList();
        if (parts.Count == 0)
        {
            throw new InvalidDataException($"could not find any snapshots to destroy; check snapshot names: {name}");
        }

        if (parts.Any(part => IsSnapshot(part) && ClonesOf(part).Any()))
        {
            Find(name).IsDeferred = flags.ContainsKey("-d") ? true : throw new InvalidDataException($"cannot destroy '{name}': snapshot has dependent clones");
            return "";
        }

        Assert.True(parts.Count == 1 || flags.ContainsKey("-r"));
        var origins = parts.Select(part => datasets[part].Origin).ToList();
        foreach (var part in parts)
        {
            datasets.Remove(part);
            if (File.Exists(OnDisk(part)))
            {
                File.Delete(OnDisk(part)); // a folder of the container has no data
            }
        }

        foreach (var origin in origins.OfType<string>().Where(origin => datasets.TryGetValue(origin, out var kept) && kept.IsDeferred && !ClonesOf(origin).Any()))
        {
            Destroy(origin, []);
        }

        return "";
    }

    private void MakeParents(string name)
    {
        for (var at = name.IndexOf('/', StringComparison.Ordinal); at >= 0; at = name.IndexOf('/', at + 1))
        {
            datasets.TryAdd(name[..at], new Dataset(transaction));
        }
    }

    private void Add(string name, Dataset dataset)
    {
        if (!datasets.TryAdd(name, dataset))
        {
            throw new InvalidDataException($"cannot create '{name}': dataset already exists");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(OnDisk(name))!);
    }

    private void Move(string from, string to)
    {
        datasets.Remove(from, out var dataset);
        Add(to, dataset!);
        File.Move(OnDisk(from), OnDisk(to));
        foreach (var clone in datasets.Values.Where(clone => clone.Origin == from))
        {
            clone.Origin = to;
        }
    }

    private Dataset Find(string name) => datasets.GetValueOrDefault(name) ?? throw new InvalidDataException($"cannot open '{name}': dataset does not exist");

    private IEnumerable<string> ClonesOf(string snapshot) => datasets.Where(entry => entry.Value.Origin == snapshot).Select(entry => entry.Key);

    private static bool IsSnapshot(string name) => name.Contains('@', StringComparison.Ordinal);

    private string OnDisk(string name) => $"{root}/dev/zvol/{name}";

    private long? Length(string name) => File.Exists(OnDisk(name)) ? new FileInfo(OnDisk(name)).Length : null;

    private long Used(string name) => File.Exists(OnDisk(name))
        ? File.ReadAllBytes(OnDisk(name)).Chunk(4096).Count(block => block.AsSpan().ContainsAnyExcept((byte)0)) * 4096L
        : 0;

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private sealed class Dataset(long created)
    {
        public long Created => created;

        public bool IsDirty { get; set; }

        public bool IsDeferred { get; set; }

        public string? Origin { get; set; }
    }
}
