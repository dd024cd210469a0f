using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>What clients learn of a volume.</summary>
/// <remarks>Source: spec, storage 3; admin-api.yaml, admin.vm.volume.Info; addenda (the kernel volume shows no size).</remarks>
public static class VolumeInfo
{
    /// <summary>Keys and values in the order of the API.</summary>
    /// <exception cref="InvalidValueException">It is the volume of a kernel, and the qube has none.</exception>
    /// <param name="world">The state.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="usageBytes">What it takes on the disk, as far as it is known.</param>
    public static IEnumerable<NamedText> Of(World world, AddressedVolume volume, long usageBytes)
    {
        var config = volume.Volume;
        return
        [
            new("pool", config.Pool),
            new("vid", volume.Vid),
            new("size", Number(volume.IsKernel ? 0 : SizeBytes(world, volume))),
            new("usage", Number(usageBytes)),
            new("rw", Truth(config.Rw)),
            new("source", config.SnapOnStart ? config.Source ?? "" : ""),
            new("path", VolumePaths.Of(world, volume)),
            new("save_on_stop", Truth(config.SaveOnStop)),
            new("snap_on_start", Truth(config.SnapOnStart)),
            new("revisions_to_keep", Number(config.RevisionsToKeep)),
            new("ephemeral", Truth(volume.IsEphemeral)),
            new("is_outdated", Truth(IsOutdated(world, volume))),
        ];
    }

    /// <summary>Whether the volume runs as a snapshot of data that was replaced since.</summary>
    public static bool IsOutdated(World world, AddressedVolume volume) =>
        volume is { Qube: { } qube, Volume: { SnapOnStart: true, Source: { } vid } } && PowerStates.Active(world, qube.Id) is { } run &&
        VolumeLookup.InPool(world, volume.Pool, vid) is { Qube: { } owner, Volume.Name: var name } &&
        owner.StateOf(name).ChangedMicroseconds > run.StartedAtMicroseconds;

    // A snapshot is as large as what it was made of while it runs (recorded: 10-volumes-0124).
    private static long SizeBytes(World world, AddressedVolume volume) =>
        volume is { Qube: { } qube, Volume: { SnapOnStart: true, Source: { } vid } } && PowerStates.Active(world, qube.Id) is not null &&
        VolumeLookup.InPool(world, volume.Pool, vid) is { } source
            ? source.Volume.SizeBytes
            : volume.Volume.SizeBytes;

    private static string Truth(bool value) => value ? "True" : "False";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
