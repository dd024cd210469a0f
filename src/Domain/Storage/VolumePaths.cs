namespace Qubes.Cqrs.Domain;

/// <summary>The file or device that a qube gets for a volume.</summary>
/// <remarks>Source: spec, storage 3 and 5 to 9.</remarks>
public static class VolumePaths
{
    /// <summary>The path.</summary>
    /// <exception cref="InvalidValueException">It is the volume of a kernel, and the qube has none.</exception>
    public static string Of(World world, AddressedVolume volume)
    {
        var folder = volume.Pool.Find(PoolDrivers.DirPath);
        switch (volume.Pool.Driver)
        {
            case PoolDrivers.LinuxKernel:
                return volume.Vid.Length > 0
                    ? $"{folder}/{volume.Vid}/modules.img"
                    : throw new InvalidValueException($"{volume.Qube?.Name} has no kernel");
            case PoolDrivers.FileReflink:
                return $"{folder}/{volume.Vid}-dirty.img";
            case PoolDrivers.File:
                return $"{folder}/{(volume.Volume is { SnapOnStart: true, Source: { } source } ? source : volume.Vid)}.img";
            case PoolDrivers.LvmThin:
                return IsCopied(volume.Volume) ? $"/dev/{volume.Vid}-snap" : $"/dev/{volume.Vid}";
            case PoolDrivers.Zfs:
                return $"/dev/zvol/{volume.Vid}";
            default:
                return "";
        }
    }

    /// <summary>The device that the qube is started with: the decrypting one in front of a volume with a throw-away key, else the volume itself.</summary>
    /// <exception cref="InvalidValueException">It is the volume of a kernel, and the qube has none.</exception>
    /// <remarks>Source: spec, storage 4, ephemeral start.</remarks>
    public static string DeviceOf(World world, AddressedVolume volume)
    {
        if (!volume.IsEphemeral || volume.Qube is null)
        {
            return Of(world, volume);
        }

        return volume.Pool.Driver == PoolDrivers.LvmThin
            ? $"/dev/mapper/{string.Join('-', volume.Vid.Split('/', 2).Select(part => part.Replace("-", "--", StringComparison.Ordinal)))}@crypt"
            : $"/dev/mapper/vm-volatile-{Mapped(volume.Qube.Name)}-crypt@{volume.Volume.Name}";
    }

    private static string Mapped(string name) =>
        name.Replace("_", "_u", StringComparison.Ordinal).Replace("-", "_d", StringComparison.Ordinal);

    // A thin volume is started as a copy, but for volatile ones and where snapshots are switched off.
    private static bool IsCopied(VolumeConfig volume) => volume.SnapOnStart || (volume.SaveOnStop && volume.RevisionsToKeep != -1);
}
