using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>The rules of asking for a change of what a volume holds.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.volume.Revert, CloneTo, Clear; storage 4 to 9. What follows is in <see cref="VolumeOutcomes"/>.</remarks>
public static class VolumeContents
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";

    /// <summary>Goes back to a revision.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="address">The volume.</param>
    /// <param name="untrustedRevision">The revision's name.</param>
    /// <param name="change">The identity of the change.</param>
    /// <exception cref="DomainException">There is no such volume or revision.</exception>
    public static void Revert(Draft draft, VolumeAddress address, ReadOnlySpan<byte> untrustedRevision, string change)
    {
        var volume = VolumeLookup.Find(draft.World, address);
        var revision = Encoding.Latin1.GetString(untrustedRevision.Trim(" \t\n\v\f\r"u8));
        if (revision.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not (':' or '-' or '_' or '.')))
        {
            throw new InvalidRequestException($"Revision name must be in safe set: {Letters}{Digits}:-_.");
        }

        if (volume.Qube is not { } qube || !qube.StateOf(volume.Volume.Name).Revisions.Any(known => known.Name == revision))
        {
            throw new RevisionNotFoundException(volume.Vid, revision);
        }

        Request(draft, volume, new VolumeChange(change, VolumeChangeKind.Revert) { Revision = revision });
    }

    /// <summary>Empties a volume.</summary>
    /// <exception cref="DomainException">There is no such volume, or its driver cannot take new data for it.</exception>
    public static void Clear(Draft draft, VolumeAddress address, string change)
    {
        var volume = VolumeLookup.Find(draft.World, address);
        CheckImport(volume);
        Request(draft, volume, new VolumeChange(change, VolumeChangeKind.Clear) { SizeBytes = volume.Volume.SizeBytes });
    }

    /// <summary>Keeps a volume's data as a revision.</summary>
    /// <exception cref="DomainException">There is no such volume, or none of its data lasts.</exception>
    public static void Snapshot(Draft draft, VolumeAddress address, string change)
    {
        var volume = VolumeLookup.Find(draft.World, address);
        if (volume.IsKernel || !volume.Volume.SaveOnStop || volume.Volume.RevisionsToKeep <= 0)
        {
            throw new StorageRefusedException($"Volume {volume.Vid} keeps no revisions");
        }

        Request(draft, volume, new VolumeChange(change, VolumeChangeKind.Snapshot));
    }

    /// <summary>Gives a volume another size.</summary>
    /// <exception cref="DomainException">There is no such volume, the size is none, or the driver cannot change it.</exception>
    public static void Resize(Draft draft, VolumeAddress address, ReadOnlySpan<byte> untrustedSize, string change)
    {
        var volume = VolumeLookup.Find(draft.World, address);
        var size = VolumeSettings.ParseSize(volume, untrustedSize);
        if (volume.Qube is { } qube && (size != volume.Volume.SizeBytes || draft.World.Runs.ContainsKey(qube.Id)))
        {
            Request(draft, volume, new VolumeChange(change, VolumeChangeKind.Resize) { SizeBytes = size });
        }
    }

    /// <summary>Copies one volume over another.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="target">The volume that is replaced.</param>
    /// <param name="sourcePool">The pool of the volume that is copied.</param>
    /// <param name="sourceVid">Its id.</param>
    /// <param name="change">The identity of the change.</param>
    /// <exception cref="DomainException">A volume or a pool is not there, or the driver cannot copy so.</exception>
    public static void Clone(Draft draft, VolumeAddress target, string sourcePool, string sourceVid, string change)
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
        }

        if (source.Qube is { } running && source.Volume is { SaveOnStop: true, RevisionsToKeep: -1 } && PowerStates.Active(draft.World, running.Id) is not null)
        {
            throw new StorageRefusedException($"Volume {source.Vid} must be stopped before importing its data");
        }

        if (volume.IsKernel || !volume.Volume.SaveOnStop || (volume.Pool.Name, volume.Vid) == (source.Pool.Name, source.Vid))
        {
            // Nothing of it lasts, so there is nothing to copy; clients are told of it all the same.
            VolumeOutcomes.AnnounceCopied(draft, volume, source.Vid);
            return;
        }

        if (source.IsKernel)
        {
            throw new StorageRefusedException($"Cannot copy the kernel {source.Vid} into {volume.Vid}");
        }

        Request(draft, volume, new VolumeChange(change, VolumeChangeKind.Clone)
        {
            SizeBytes = source.Volume.SizeBytes,
            SourcePool = sourcePool,
            SourceVid = sourceVid,
        });
    }

    /// <summary>Asks for a change, which takes the place of one that was begun before.</summary>
    internal static void Request(Draft draft, AddressedVolume volume, VolumeChange change)
    {
        if (volume.Qube is { } qube)
        {
            draft.Record(new VolumeChangeRequested(qube.Id, volume.Volume.Name, change));
        }
    }

    /// <summary>Refuses a volume that cannot take new data.</summary>
    /// <exception cref="StorageRefusedException">It cannot.</exception>
    public static void CheckImport(AddressedVolume volume)
    {
        if (volume.IsKernel || !volume.Volume.SaveOnStop)
        {
            throw new StorageRefusedException(volume.Pool.Driver == PoolDrivers.File
                ? $"Can not import into save_on_stop=False volume {volume.Vid}"
                : $"Cannot import data into volume {volume.Vid}: nothing that is written to it lasts");
        }
    }
}
