using System.Buffers;
using System.Globalization;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The names of one volume's logical volumes in a thin pool.</summary>
/// <param name="Group">The volume group.</param>
/// <param name="ThinPool">The thin pool's name within it.</param>
/// <param name="Name">The committed state: <c>vm-work-private</c>; every other name begins with it.</param>
/// <remarks>Source: spec, storage 3 and 7 (LV names). <c>-SECONDS-revert</c> and <c>-SECONDS-drop</c> are ours: what an interrupted piece of work left there is finished later.</remarks>
internal sealed record LvmVolume(string Group, string ThinPool, string Name)
{
    private const int LongestName = 100;
    private const string Back = "-back";
    private const string Drop = "-drop";
    private const string Revert = "-revert";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+_.-");
    private static readonly string[] Parts = ["-snap", "-import", Revert, Back, Drop];

    /// <summary>What a run writes to.</summary>
    public string Running => Name + "-snap";

    /// <summary>The area for new data.</summary>
    public string Import => Name + "-import";

    /// <summary>The names of a volume.</summary>
    /// <exception cref="StorageRefusedException">The id, or the pool's configuration, is of another form.</exception>
    public static LvmVolume Of(DriverVolume volume)
    {
        var (group, pool) = OfPool(volume.Pool);
        var name = volume.Vid.StartsWith(group + "/", StringComparison.Ordinal) ? volume.Vid[(group.Length + 1)..] : "";
        return name.StartsWith("vm-", StringComparison.Ordinal) && IsName(name) && !Array.Exists(Parts, part => name.EndsWith(part, StringComparison.Ordinal))
            ? new LvmVolume(group, pool, name)
            : throw new StorageRefusedException($"Not the id of a volume in pool {volume.Pool.Name}: {PythonText.Repr(volume.Vid)}");
    }

    /// <summary>Volume group and thin pool of a pool.</summary>
    /// <exception cref="StorageRefusedException">They cannot be names of LVM.</exception>
    public static (string Group, string ThinPool) OfPool(Pool pool) =>
        pool.Find(PoolDrivers.VolumeGroup) is { } group && pool.Find(PoolDrivers.ThinPool) is { } thin && IsName(group) && IsName(thin)
            ? (group, thin)
            : throw new StorageRefusedException($"Pool {pool.Name} names no thin pool");

    /// <summary>A logical volume as commands take it.</summary>
    public string Full(string name) => $"{Group}/{name}";

    /// <summary>The device of a logical volume.</summary>
    public string Device(string name) => $"/dev/{Group}/{name}";

    /// <summary>The logical volume of a revision.</summary>
    public string Revision(string revision) => $"{Name}-{revision}";

    /// <summary>The committed state when the volume is about to go.</summary>
    public string Removing => $"{Name}-0{Drop}";

    /// <summary>The logical volume of a revision that is about to go.</summary>
    public string Dropping(string revision) => $"{Name}-{revision[..^Back.Length]}{Drop}";

    /// <summary>The logical volume of a revision that is about to become the committed state.</summary>
    public string Reverting(string revision) => $"{Name}-{revision[..^Back.Length]}{Revert}";

    /// <summary>When the revision was made that a logical volume brings back, in seconds since 1970; null when it brings back none.</summary>
    public long? FindReverting(string name) => FindSeconds(name, Revert);

    /// <summary>The revision that a logical volume holds; null when it holds none of this volume.</summary>
    public VolumeRevision? FindRevision(string name) => FindSeconds(name, Back) is { } seconds
        ? new VolumeRevision(RevisionAt(seconds), seconds)
        : null;

    /// <summary>Whether a logical volume is a revision of this volume that is about to go.</summary>
    public bool IsDropping(string name) => FindSeconds(name, Drop) is not null;

    /// <summary>Whether a logical volume belongs to this volume.</summary>
    public bool Owns(string name) =>
        name == Name || name == Running || name == Import || IsDropping(name) || FindReverting(name) is not null || FindRevision(name) is not null;

    /// <summary>The name of a revision that was made at a time, in seconds since 1970.</summary>
    public static string RevisionAt(long seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds}{Back}");

    /// <summary>Whether only an interrupted piece of work can have made a logical volume.</summary>
    public static bool IsLeftOver(string name) => name.EndsWith("-import", StringComparison.Ordinal) || name.EndsWith(Drop, StringComparison.Ordinal);

    // No name may look like an option, or lead out of the folder of devices.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name[0] is not ('-' or '.') && !name.AsSpan().ContainsAnyExcept(Allowed);

    private long? FindSeconds(string name, string end)
    {
        if (!name.StartsWith(Name + "-", StringComparison.Ordinal) || !name.EndsWith(end, StringComparison.Ordinal) || name.Length <= Name.Length + 1 + end.Length)
        {
            return null;
        }

        var digits = name.AsSpan()[(Name.Length + 1)..^end.Length];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && digits is not ['0', _, ..] ? seconds : null;
    }
}
