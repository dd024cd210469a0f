namespace Qubes.Cqrs.Domain;

/// <summary>The rules that note what became of work on volumes.</summary>
public static class VolumeOutcomes
{
    /// <summary>The change of a volume that is under way, if it is this one.</summary>
    public static VolumeChange? Find(World world, QubeId id, string volume, string change) =>
        world.Find(id)?.StateOf(volume).Find(change);

    /// <summary>The volumes that the creation of a qube asked for are there.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="isNews">Whether clients are told; not of volumes that were found.</param>
    public static void Created(Draft draft, QubeId id, bool isNews)
    {
        if (draft.World.Find(id) is not { IsOnDisk: false } qube)
        {
            return;
        }

        draft.Record(new VolumesCreated(id));
        if (isNews)
        {
            draft.Announce(qube, "domain-create-on-disk");
        }
    }

    /// <summary>The volumes of a new qube could not be made, so it goes again.</summary>
    public static void NotCreated(Draft draft, QubeId id)
    {
        if (draft.World.Find(id) is { IsOnDisk: false } qube)
        {
            draft.React(qube, static (reaction, draft, qube) => reaction.BeforeQubeRemoved(draft, qube));
            draft.Record(new QubeRemoved(id));
            draft.Announce(null, "domain-delete", new AnnouncementArgument("vm", qube.Name));
        }
    }

    /// <summary>The volumes that a qube left are gone.</summary>
    public static void Removed(Draft draft, QubeId id)
    {
        if (draft.World.LeftVolumes.ContainsKey(id))
        {
            draft.Record(new VolumesRemoved(id));
        }
    }

    /// <summary>The new data of a volume is complete: from here on it is committed, whatever happens.</summary>
    public static void Ready(Draft draft, QubeId id, string volume, string change)
    {
        if (Find(draft.World, id, volume, change) is { } open)
        {
            draft.Record(new VolumeChangeAdvanced(id, volume, change, VolumeChangePhase.Ready));
            if (open.Kind == VolumeChangeKind.Clear)
            {
                VolumeImports.AnnounceBegin(draft, id, volume, open.SizeBytes ?? 0);
            }
        }
    }

    /// <summary>A change is carried out.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="volume">The volume's name.</param>
    /// <param name="change">The change's id.</param>
    /// <param name="revisions">The revisions that there are now.</param>
    public static void Changed(Draft draft, QubeId id, string volume, string change, EquatableArray<VolumeRevision> revisions)
    {
        if (Find(draft.World, id, volume, change) is not { } open)
        {
            return;
        }

        draft.Record(new VolumeChanged(id, volume, change, Microseconds(draft.Caller.Time)));
        var qube = draft.World.Qube(id);
        if (open.SizeBytes is { } size && qube.Volumes.FirstOrDefault(candidate => candidate.Name == volume) is { } config && config.SizeBytes != size)
        {
            draft.Record(new VolumeConfigured(id, config with { SizeBytes = size }));
        }

        Observe(draft, id, volume, revisions);
        switch (open.Kind)
        {
            case VolumeChangeKind.Import or VolumeChangeKind.Clear:
                VolumeImports.AnnounceEnd(draft, id, volume, success: true);
                break;
            case VolumeChangeKind.Clone:
                AnnounceCopied(draft, qube, volume, open.SourceVid ?? "");
                break;
        }
    }

    /// <summary>A change was given up.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="volume">The volume's name.</param>
    /// <param name="change">The change's id.</param>
    /// <param name="reason">Why, as clients are told.</param>
    /// <param name="isTold">Whether clients are told that no more data comes; they are not when a start ends an import.</param>
    public static void Failed(Draft draft, QubeId id, string volume, string change, string reason, bool isTold = true)
    {
        if (Find(draft.World, id, volume, change) is not { } open)
        {
            return;
        }

        draft.Record(new VolumeChangeFailed(id, volume, change, reason));
        if (isTold && open is { Kind: VolumeChangeKind.Import or VolumeChangeKind.Clear, Phase: not VolumeChangePhase.Requested })
        {
            VolumeImports.AnnounceEnd(draft, id, volume, success: false);
        }
    }

    /// <summary>What a run wrote to a volume was committed.</summary>
    public static void Committed(Draft draft, QubeId id, string volume, EquatableArray<VolumeRevision> revisions)
    {
        if (draft.World.Find(id)?.StateOf(volume) is { } state)
        {
            draft.Record(new VolumeObserved(id, volume, state with { Revisions = revisions, ChangedMicroseconds = Microseconds(draft.Caller.Time) }));
        }
    }

    /// <summary>The revisions were found to be these.</summary>
    public static void Observe(Draft draft, QubeId id, string volume, EquatableArray<VolumeRevision> revisions)
    {
        if (draft.World.Find(id)?.StateOf(volume) is { } state && state.Revisions != revisions)
        {
            draft.Record(new VolumeObserved(id, volume, state with { Revisions = revisions }));
        }
    }

    /// <summary>Tells that a volume was copied over another one.</summary>
    internal static void AnnounceCopied(Draft draft, AddressedVolume volume, string source)
    {
        if (volume.Qube is { } qube)
        {
            draft.Record(new VolumeConfigured(qube.Id, volume.Volume));
            AnnounceCopied(draft, qube, volume.Volume.Name, source);
        }
    }

    private static void AnnounceCopied(Draft draft, Qube qube, string volume, string source) => draft.Announce(
        qube, "domain-import-volume", new AnnouncementArgument("name", volume), new AnnouncementArgument("source", source));

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
