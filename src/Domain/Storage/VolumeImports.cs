namespace Qubes.Cqrs.Domain;

/// <summary>The rules of taking new data from a client: it begins, the client writes, it ends.</summary>
/// <remarks>Source: spec, admin-api.yaml, internal.vm.volume.ImportBegin and ImportEnd; storage 4.</remarks>
public static class VolumeImports
{
    /// <summary>Begins; a beginning before this one is given up.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="name">The volume.</param>
    /// <param name="untrustedSize">The size of the data in decimal digits; empty: that of the volume.</param>
    /// <param name="change">The identity of the change.</param>
    /// <exception cref="DomainException">The qube is not off, or the volume cannot take new data.</exception>
    public static void Begin(Draft draft, QubeId id, string name, ReadOnlySpan<byte> untrustedSize, string change)
    {
        var volume = Find(draft.World, id, name);
        if (draft.World.Runs.ContainsKey(id))
        {
            throw new QubeNotHaltedException($"Domain is not powered off: {PythonText.Repr(draft.World.Qube(id).Name)}");
        }

        var size = untrustedSize.IsEmpty ? volume.Volume.SizeBytes : ParseSize(untrustedSize);
        VolumeContents.CheckImport(volume);
        VolumeContents.Request(draft, volume, new VolumeChange(change, VolumeChangeKind.Import) { SizeBytes = size });
    }

    /// <summary>Notes that the client can write now.</summary>
    public static void Opened(Draft draft, QubeId id, string name, string change)
    {
        if (VolumeOutcomes.Find(draft.World, id, name, change) is { } open)
        {
            draft.Record(new VolumeChangeAdvanced(id, name, change, VolumeChangePhase.Open));
            AnnounceBegin(draft, id, name, open.SizeBytes ?? 0);
        }
    }

    /// <summary>Why new data cannot take a volume's place now; null when it can.</summary>
    /// <exception cref="DomainException">There is no such volume.</exception>
    public static string? WhyNot(World world, QubeId id, string name)
    {
        var volume = Find(world, id, name);
        return volume.IsKernel || world.Qube(id).StateOf(name).Incoming is { Kind: VolumeChangeKind.Import, Phase: VolumeChangePhase.Open } && !world.Runs.ContainsKey(id)
            ? null
            : world.Runs.ContainsKey(id)
                ? $"Cannot import data to dirty volume {volume.Vid}, stop the qube first"
                : $"No import operation in progress on {volume.Vid}";
    }

    /// <summary>Ends with the data complete: it is to take the volume's place.</summary>
    /// <exception cref="DomainException">Nothing was begun, or the qube was started meanwhile.</exception>
    public static void Complete(Draft draft, QubeId id, string name)
    {
        if (WhyNot(draft.World, id, name) is { } reason)
        {
            throw new StorageRefusedException(reason);
        }

        if (draft.World.Qube(id).StateOf(name).Incoming is { } open)
        {
            draft.Record(new VolumeChangeAdvanced(id, name, open.Id, VolumeChangePhase.Ready));
        }
        else
        {
            AnnounceEnd(draft, id, name, success: true); // a kernel: nothing was to be written
        }
    }

    /// <summary>Ends without success.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="name">The volume.</param>
    /// <param name="reason">Why, in the words of who wrote.</param>
    /// <exception cref="DomainException">There is no such volume.</exception>
    public static void GiveUp(Draft draft, QubeId id, string name, string reason)
    {
        Find(draft.World, id, name);
        if (draft.World.Qube(id).StateOf(name).Incoming is { Kind: VolumeChangeKind.Import } open)
        {
            draft.Record(new VolumeChangeFailed(id, name, open.Id, reason));
        }

        AnnounceEnd(draft, id, name, success: false);
    }

    /// <summary>Tells that new data begins to come.</summary>
    internal static void AnnounceBegin(Draft draft, QubeId id, string name, long sizeBytes) => draft.Announce(
        draft.World.Qube(id),
        "domain-volume-import-begin",
        new AnnouncementArgument("volume", name),
        new AnnouncementArgument("size", sizeBytes.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Tells that no more comes.</summary>
    internal static void AnnounceEnd(Draft draft, QubeId id, string name, bool success) => draft.Announce(
        draft.World.Qube(id),
        "domain-volume-import-end",
        new AnnouncementArgument("volume", name),
        new AnnouncementArgument("success", success ? "True" : "False"));

    private static long ParseSize(ReadOnlySpan<byte> untrustedSize) =>
        StorageNumbers.Parse(untrustedSize, "Size of new data") is var size && size <= long.MaxValue
            ? (long)size
            : throw new StorageRefusedException($"No file can have {size} bytes");

    private static AddressedVolume Find(World world, QubeId id, string name)
    {
        var qube = world.Qube(id);
        return qube.IsLocal && qube.Volumes.All(volume => volume.Name != name)
            ? throw new InvalidRequestException($"Argument not in {qube.Name} volumes")
            : VolumeLookup.Find(world, VolumeAddress.OfQube(id, name));
    }
}
