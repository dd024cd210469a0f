using System.Globalization;
using System.Numerics;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Makes a qube's volumes: its class's default configuration, changed by what the store says.</summary>
/// <remarks>Source: spec, qubes-xml 5 and storage 2 and 3.</remarks>
internal sealed class StoreVolumes(World world, Qube qube, Action<int, string> warn)
{
    private const long GiB = 1L << 30;

    private readonly List<VolumeConfig> volumes = [];
    private readonly Qube? template = world.Find(qube.Properties.Find("template")?.AsQube());

    private enum Kind
    {
        Volatile,
        Origin,
        Snapshot,
    }

    /// <summary>The volumes in the order of the class, then the extra ones in the order of the store.</summary>
    public EquatableArray<VolumeConfig> Read(StoreElement domain)
    {
        if (qube.IsDom0 || !qube.IsLocal)
        {
            return [];
        }

        var elements = domain.At("volume-config", "volume").ToLookup(element => element.Required("name"), StringComparer.Ordinal);
        var snapshotRoot = qube.Class is QubeClass.AppVM or QubeClass.DispVM;
        Add("root", snapshotRoot ? Kind.Snapshot : Kind.Origin, rw: true, 10 * GiB, elements["root"]);
        Add("private", qube.Class == QubeClass.DispVM ? Kind.Snapshot : Kind.Origin, rw: true, 2 * GiB, elements["private"]);
        Add("volatile", Kind.Volatile, rw: true, qube.Class == QubeClass.DispVM ? 12 * GiB : 10 * GiB, elements["volatile"]);
        Add(KernelVolumes.Name, Kind.Volatile, rw: false, 0, elements[KernelVolumes.Name]);
        foreach (var extra in elements.Where(group => group.Key is not ("root" or "private" or "volatile" or KernelVolumes.Name)))
        {
            Add(extra.Key, Kind.Volatile, rw: false, 0, extra);
        }

        return volumes.ToEquatableArray();
    }

    private void Add(string name, Kind kind, bool rw, long size, IEnumerable<StoreElement> elements)
    {
        var given = new Dictionary<string, (string Value, StoreElement Element)>(StringComparer.Ordinal);
        foreach (var element in elements)
        {
            foreach (var (key, value) in element.Attributes)
            {
                given[key] = (value, element);
            }
        }

        var snapshot = Boolean("snap_on_start") ?? kind == Kind.Snapshot;
        var source = snapshot ? SourceOf(name) : null;
        var pool = given.Remove("pool", out var entry) ? entry.Value : source?.Pool ?? DefaultPool(name);
        var volume = new VolumeConfig
        {
            Name = name,
            Pool = pool,
            Vid = given.Remove("vid", out entry) ? entry.Value : DefaultVid(pool, name),
            RevisionsToKeep = Revisions() ?? DefaultRevisions(pool),
            Rw = Boolean("rw") ?? rw,
            SaveOnStop = Boolean("save_on_stop") ?? kind == Kind.Origin,
            SnapOnStart = snapshot,
            Ephemeral = Boolean("ephemeral"),
            SizeBytes = Size() ?? (size > 0 && source is { SizeBytes: > 0 } ? source.SizeBytes : size),
            Source = given.Remove("source", out entry) && snapshot ? entry.Value : source?.Source ?? source?.Vid,
        };

        // The name of a kernel follows the property; keeping it here as well could only contradict it.
        volumes.Add(KernelVolumes.Has(world, volume) ? volume with { Vid = "" } : volume);
        given.Remove("name");
        given.Remove("internal");
        foreach (var (key, (_, element)) in given)
        {
            warn(element.Line, $"volume '{name}' of '{qube.Name}': attribute {key} is not known and left out");
        }

        bool? Boolean(string key) => !given.Remove(key, out var entry) ? null : entry.Value switch
        {
            "True" => true,
            "False" => false,
            _ => throw Refused(key, entry),
        };

        long? Revisions() => !given.Remove("revisions_to_keep", out var entry) ? null
            : StoreText.AsInt64(entry.Value) ?? throw Refused("revisions_to_keep", entry);

        long? Size() => !given.Remove("size", out var entry) ? null
            : StoreText.TryInteger(entry.Value, out var size) && size >= BigInteger.Zero && size <= long.MaxValue ? (long)size
            : throw Refused("size", entry);

        QubesXmlException Refused(string key, (string Value, StoreElement Element) entry) => entry.Element.Fault(
            QubesXmlFault.InvalidValue, $"volume '{name}' of '{qube.Name}': '{entry.Value}' is no value for {key}");
    }

    /// <summary>The same volume of the template; its own source comes first, so a disposable's root leads to the TemplateVM.</summary>
    private VolumeConfig? SourceOf(string name) => template?.Volumes.FirstOrDefault(volume => volume.Name == name);

    private string DefaultPool(string volume) =>
        Explicit("default_pool_" + volume)
        ?? Explicit("default_pool")
        ?? world.FindPool("default")?.Name
        ?? world.Pools.FirstOrDefault(pool => pool.Driver is "file" or "file-reflink" && pool.Find("dir_path") == QubeFolders.DefaultBase)?.Name
        ?? "";

    private string? Explicit(string property) => world.Properties.Find(property)?.Text is { Length: > 0 } name ? name : null;

    private long DefaultRevisions(string pool) => StoreText.AsInt64(world.FindPool(pool)?.Find("revisions_to_keep") ?? "") ?? 0;

    private string DefaultVid(string poolName, string volume)
    {
        var pool = world.FindPool(poolName);
        return pool?.Driver switch
        {
            "file" or "file-reflink" => string.Create(CultureInfo.InvariantCulture, $"{QubeFolders.Kind(qube.Class)}/{qube.Name}/{volume}"),
            "lvm_thin" => $"{pool.Find("volume_group")}/vm-{qube.Name}-{volume}",
            "zfs" => $"{pool.Find("container")}/{qube.Name}/{volume}",
            _ => "",
        };
    }
}
