namespace Qubes.Cqrs.Domain;

/// <summary>The rules of changing a volume's settings.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.volume.Set.* and Resize; storage 5 to 9. Values are checked after the volume was found, as the
/// original does.</remarks>
public static class VolumeSettings
{
    /// <summary>Sets how many revisions are kept; -1 switches snapshots off.</summary>
    /// <exception cref="DomainException">There is no such volume, the value is none, or the driver cannot keep so many.</exception>
    public static void SetRevisions(Draft draft, VolumeAddress address, ReadOnlySpan<byte> untrustedRevisions)
    {
        var volume = VolumeLookup.Find(draft.World, address);
        var revisions = StorageNumbers.ParseRevisions(untrustedRevisions);
        if (revisions < -1)
        {
            throw new InvalidValueException("Invalid value for revisions_to_keep");
        }

        if (volume.IsKernel && revisions != 0)
        {
            throw new InvalidValueException("LinuxModules supports only revisions_to_keep=0");
        }

        PoolDesign.CheckRevisions(volume.Pool.Driver, revisions);
        Configure(draft, volume, volume.Volume with { RevisionsToKeep = Volumes.RevisionsKept(volume.Pool, volume.Volume, revisions) });
    }

    /// <summary>Sets whether the qube may write to the volume.</summary>
    /// <exception cref="DomainException">There is no such volume, the value is none, or the driver has only read-only ones.</exception>
    public static void SetRw(Draft draft, VolumeAddress address, ReadOnlySpan<byte> untrustedValue)
    {
        var volume = VolumeLookup.Find(draft.World, address);
        var rw = StorageNumbers.ParseTruth(untrustedValue);
        if (volume.Qube is { } running && draft.World.Runs.ContainsKey(running.Id))
        {
            throw new QubeNotHaltedException($"Domain is not powered off: {PythonText.Repr(running.Name)}");
        }

        if (volume.IsKernel && rw)
        {
            throw new InvalidValueException("LinuxModules supports only read-only volumes");
        }

        Configure(draft, volume, volume.Volume with { Rw = rw });
    }

    /// <summary>Sets whether the volume is encrypted with a throw-away key.</summary>
    /// <exception cref="DomainException">There is no such volume, the value is none, or the volume's data is to last.</exception>
    public static void SetEphemeral(Draft draft, VolumeAddress address, ReadOnlySpan<byte> untrustedValue)
    {
        var volume = VolumeLookup.Find(draft.World, address);
        var ephemeral = StorageNumbers.ParseTruth(untrustedValue);
        if (volume.IsKernel)
        {
            throw new InvalidValueException("LinuxModules does not support setting ephemeral value");
        }

        if (ephemeral && volume.Volume is not { SnapOnStart: false, SaveOnStop: false, Rw: true })
        {
            throw new InvalidValueException("Cannot enable ephemeral on snap_on_start or save_on_stop or non-dom0 or not writable volume");
        }

        Configure(draft, volume, volume.Volume with { Ephemeral = ephemeral });
    }

    /// <summary>Reads the size that a volume is to have, in bytes.</summary>
    /// <exception cref="DomainException">It is none, or the driver cannot change it.</exception>
    internal static long ParseSize(AddressedVolume volume, ReadOnlySpan<byte> untrustedSize)
    {
        var size = StorageNumbers.Parse(untrustedSize.Trim(" \t\n\v\f\r"u8), "Volume size");
        CheckResize(volume);
        return size <= long.MaxValue ? (long)size : throw new StorageRefusedException($"Cannot resize: no file can have {size} bytes");
    }

    private static void CheckResize(AddressedVolume volume)
    {
        switch (volume)
        {
            case { Pool.Driver: PoolDrivers.FileReflink, Volume.Rw: false } or { IsKernel: true }:
                throw new StorageRefusedException($"Cannot resize: {volume.Vid} is read-only");
            case { Pool.Driver: PoolDrivers.File or PoolDrivers.LvmThin, Volume.Rw: false }:
                throw new StorageRefusedException($"Can not resize readonly volume {volume.Vid}");
            case { Pool.Driver: PoolDrivers.File, Volume.SnapOnStart: true }:
                throw new StorageRefusedException("Cannot resize volume based on a template - resizethe template instead");
        }
    }

    // What a kernel accepts is what it is anyway.
    private static void Configure(Draft draft, AddressedVolume volume, VolumeConfig changed)
    {
        if (volume.Qube is { } qube && changed != volume.Volume)
        {
            draft.Record(new VolumeConfigured(qube.Id, changed));
        }
    }
}
