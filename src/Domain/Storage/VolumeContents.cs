using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>The rules of changing what a volume holds.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.volume.Revert, CloneTo, Clear; storage 4 to 9. Moving data is not built: where a rule would let it begin, the
/// caller is told so.</remarks>
public static class VolumeContents
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";

    /// <summary>Goes back to a revision.</summary>
    /// <exception cref="DomainException">There is no such volume or revision.</exception>
    public static void Revert(World world, VolumeAddress address, ReadOnlySpan<byte> untrustedRevision)
    {
        var volume = VolumeLookup.Find(world, address);
        var revision = Encoding.Latin1.GetString(untrustedRevision.Trim(" \t\n\v\f\r"u8));
        if (revision.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not (':' or '-' or '_' or '.')))
        {
            throw new InvalidRequestException($"Revision name must be in safe set: {Letters}{Digits}:-_.");
        }

        // No volume has revisions before there is data to keep.
        throw new RevisionNotFoundException(volume.Vid, revision);
    }

    /// <summary>Empties a volume.</summary>
    /// <exception cref="DomainException">There is no such volume, or its driver cannot take new data for it.</exception>
    public static void Clear(World world, VolumeAddress address)
    {
        CheckImport(VolumeLookup.Find(world, address));
        throw new NotBuiltException("Clearing volumes is not available yet");
    }

    /// <summary>Replaces a volume's data by what a client sends.</summary>
    /// <exception cref="DomainException">There is no such volume, or its driver cannot take new data for it.</exception>
    public static void Import(World world, VolumeAddress address)
    {
        CheckImport(VolumeLookup.Find(world, address));
        throw new NotBuiltException("Importing into volumes is not available yet");
    }

    /// <summary>Keeps a volume's data as a revision.</summary>
    /// <exception cref="DomainException">There is no such volume, or none of its data lasts.</exception>
    public static void Snapshot(World world, VolumeAddress address)
    {
        var volume = VolumeLookup.Find(world, address);
        if (volume.IsKernel || !volume.Volume.SaveOnStop)
        {
            throw new StorageRefusedException($"Volume {volume.Vid} keeps no revisions");
        }

        throw new NotBuiltException("Snapshots of volumes are not available yet");
    }

    /// <summary>Copies one volume over another.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="target">The volume that is replaced.</param>
    /// <param name="sourcePool">The pool of the volume that is copied.</param>
    /// <param name="sourceVid">Its id.</param>
    /// <exception cref="DomainException">A volume or a pool is not there, or the driver cannot copy so.</exception>
    public static void Clone(Draft draft, VolumeAddress target, string sourcePool, string sourceVid)
    {
        var volume = VolumeLookup.Find(draft.World, target);
        var from = draft.World.FindPool(sourcePool) ?? throw new PoolNotFoundException(sourcePool);
        var source = VolumeLookup.InPool(draft.World, from, sourceVid) ?? throw new VolumeNotFoundException(sourcePool, sourceVid);
        switch (volume.Pool.Driver)
        {
            case PoolDrivers.LinuxKernel when !source.IsKernel:
                throw new StorageRefusedException("clone of LinuxModules volume from different volume type is not supported");
            case PoolDrivers.File when !volume.Volume.SaveOnStop:
                throw new StorageRefusedException($"Can not import into save_on_stop=False volume {volume.Vid}");
            case PoolDrivers.File when source.Volume.SnapOnStart:
                throw new StorageRefusedException($"Can not import snapshot volume {source.Vid} in to pool {volume.Vid} ");
            case PoolDrivers.LinuxKernel:
            case PoolDrivers.FileReflink when !volume.Volume.SaveOnStop:
                // Nothing of it lasts, so there is nothing to copy; clients are told of it all the same.
                Announce(draft, volume, source);
                break;
            default:
                throw new NotBuiltException("Copying volumes is not available yet");
        }
    }

    private static void Announce(Draft draft, AddressedVolume volume, AddressedVolume source)
    {
        if (volume.Qube is { } qube)
        {
            draft.Record(new VolumeConfigured(qube.Id, volume.Volume));
            draft.Announce(
                qube,
                "domain-import-volume",
                new AnnouncementArgument("name", volume.Volume.Name),
                new AnnouncementArgument("source", source.Vid));
        }
    }

    private static void CheckImport(AddressedVolume volume)
    {
        if (volume.IsKernel || !volume.Volume.SaveOnStop)
        {
            throw new StorageRefusedException(volume.Pool.Driver == PoolDrivers.File
                ? $"Can not import into save_on_stop=False volume {volume.Vid}"
                : $"Cannot import data into volume {volume.Vid}: nothing that is written to it lasts");
        }
    }
}
