using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>What clients learn of a volume.</summary>
/// <remarks>Source: spec, storage 3; admin-api.yaml, admin.vm.volume.Info; addenda (the kernel volume shows no size).</remarks>
public static class VolumeInfo
{
    /// <summary>Keys and values in the order of the API.</summary>
    /// <exception cref="InvalidValueException">It is the volume of a kernel, and the qube has none.</exception>
    public static IEnumerable<NamedText> Of(World world, AddressedVolume volume)
    {
        var config = volume.Volume;
        return
        [
            new("pool", config.Pool),
            new("vid", volume.Vid),
            new("size", Number(volume.IsKernel ? 0 : config.SizeBytes)),
            new("usage", Number(0)),
            new("rw", Truth(config.Rw)),
            new("source", config.SnapOnStart ? config.Source ?? "" : ""),
            new("path", VolumePaths.Of(world, volume)),
            new("save_on_stop", Truth(config.SaveOnStop)),
            new("snap_on_start", Truth(config.SnapOnStart)),
            new("revisions_to_keep", Number(config.RevisionsToKeep)),
            new("ephemeral", Truth(volume.IsEphemeral)),
            new("is_outdated", Truth(false)),
        ];
    }

    private static string Truth(bool value) => value ? "True" : "False";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
