using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>The names under which a qube sees its disks.</summary>
/// <remarks>Source: spec, devices 6 (frontend choice), lifecycle.md 9 (disks); recorded in 22-domxml.</remarks>
public static class BlockFrontends
{
    /// <summary>The option with which a user names it.</summary>
    public const string Option = "frontend-dev";

    private const string CdRom = "xvdd";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const int FirstFree = 8; // xvdi: those before are left to the qube's own volumes
    private const int FirstExtra = 4; // xvde

    /// <summary>The name of a volume.</summary>
    /// <param name="volume">The volume's name.</param>
    /// <param name="extra">How many extra volumes come before it.</param>
    /// <exception cref="RefusedException">There are too many.</exception>
    public static string OfVolume(string volume, int extra) => volume switch
    {
        "root" => "xvda",
        "private" => "xvdb",
        "volatile" => "xvdc",
        "kernel" => CdRom,
        _ => FirstExtra + extra < Letters.Length ? Numbered(FirstExtra + extra) : throw TooMany(),
    };

    /// <summary>Whether a name is that of a volume, so that no device may take it.</summary>
    public static bool IsOfVolume(string name, bool hasKernel) => name is "xvda" or "xvdb" or "xvdc" || (hasKernel && name == CdRom);

    /// <summary>The name for a device: the user's, else the first that is free.</summary>
    /// <param name="assignment">The device.</param>
    /// <param name="used">The names that are taken.</param>
    /// <param name="hasKernel">Whether the qube has a kernel of the host's, whose modules take a name.</param>
    /// <exception cref="RefusedException">Every name is taken.</exception>
    public static string For(DeviceAssignment assignment, IReadOnlySet<string> used, bool hasKernel)
    {
        if (BlockOptions.Find(assignment, Option) is { } named)
        {
            return named;
        }

        var prefers = BlockOptions.IsCdRom(assignment) && !hasKernel ? CdRom : null;
        return prefers is not null && !used.Contains(prefers)
            ? prefers
            : Free().FirstOrDefault(name => !used.Contains(name) && !IsOfVolume(name, hasKernel)) ?? throw TooMany();
    }

    /// <summary>The names for devices that come together, one for each, in order; a name that a user chose is given to no other.</summary>
    /// <param name="assignments">The devices.</param>
    /// <param name="taken">The names that are taken.</param>
    /// <param name="hasKernel">Whether the qube has a kernel of the host's.</param>
    /// <exception cref="RefusedException">Every name is taken.</exception>
    public static ImmutableArray<string> ForAll(IReadOnlyCollection<DeviceAssignment> assignments, IReadOnlySet<string> taken, bool hasKernel)
    {
        var used = taken.ToHashSet(StringComparer.Ordinal);
        used.UnionWith(assignments.Select(assignment => BlockOptions.Find(assignment, Option)).OfType<string>());
        var names = ImmutableArray.CreateBuilder<string>(assignments.Count);
        foreach (var assignment in assignments)
        {
            names.Add(For(assignment, used, hasKernel));
            used.Add(names[^1]);
        }

        return names.MoveToImmutable();
    }

    private static IEnumerable<string> Free() =>
    [
        .. Enumerable.Range(FirstFree, Letters.Length - FirstFree).Select(Numbered),
        .. Letters.SelectMany(first => Letters.Select(second => $"xvd{first}{second}")),
        .. Enumerable.Range(0, FirstFree).Select(Numbered),
    ];

    private static string Numbered(int index) => $"xvd{Letters[index]}";

    private static RefusedException TooMany() => new("No unused frontend device name is left");
}
