using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>A storage driver: small operations on one volume each.</summary>
/// <remarks>
/// <para>Rules for every operation. (1) Done again it does what is left to do, so that it may be repeated after a crash at any place. (2) The committed data of a volume is at every
/// moment the old or the new state, whole. (3) What it made and did not finish is known to it: the next operation on the volume, or <see cref="FindStraysAsync"/>, finds it.
/// (4) What it needs is checked before it begins: a full disk refuses and leaves what was there.</para>
/// <para>New data comes in three steps: an area beside the volume is prepared (<see cref="PrepareImportAsync"/> or <see cref="PrepareCloneAsync"/>), filled, and
/// takes the volume's place with <see cref="CommitImportAsync"/>, or goes with <see cref="DiscardImportAsync"/>.</para>
/// <para>Every operation may throw <see cref="StorageRefusedException"/> with the text that a client is told, and <see cref="IOException"/> for a fault of the disk. Callers see to it
/// that operations on one volume follow one another. Source: spec, storage 4 to 10.</para>
/// </remarks>
public interface IVolumeDriver
{
    /// <summary>Makes an empty volume of the configured size; nothing is made of one that has data only while it runs.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="mayExist">Whether data that is there already is the volume's own (repeated, or taken over); otherwise it is refused.</param>
    /// <param name="ct">Breaks off.</param>
    ValueTask CreateAsync(DriverVolume volume, bool mayExist, CancellationToken ct);

    /// <summary>Removes the volume with its revisions, its running state and an import under way.</summary>
    ValueTask RemoveAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>Refuses when data that a start needs is missing.</summary>
    ValueTask VerifyAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>Prepares what a run writes to, at <see cref="VolumePaths.Of"/>.</summary>
    ValueTask StartAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>Commits what a run wrote where it is to last, keeping revisions as configured; drops it otherwise.</summary>
    ValueTask StopAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>A path from which the committed data can be read until <see cref="EndExportAsync"/>; of a volume that runs, the state before its start.</summary>
    ValueTask<string> ExportAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>Gives back what <see cref="ExportAsync"/> gave.</summary>
    ValueTask EndExportAsync(DriverVolume volume, string path, CancellationToken ct);

    /// <summary>Prepares an empty area for new data; one that was there before goes.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="sizeBytes">How long the data will be.</param>
    /// <param name="ct">Breaks off.</param>
    /// <returns>The path to write to.</returns>
    ValueTask<string> PrepareImportAsync(DriverVolume volume, long sizeBytes, CancellationToken ct);

    /// <summary>Fills an area for new data from another volume of the same driver, sharing blocks where it can.</summary>
    /// <returns>False when the driver cannot copy from there by itself: then nothing was done, and the data has to be moved through an export.</returns>
    ValueTask<bool> PrepareCloneAsync(DriverVolume volume, DriverVolume source, CancellationToken ct);

    /// <summary>Whether an area for new data is there.</summary>
    ValueTask<bool> HasImportAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>Lets the new data take the volume's place, durably, keeping the old as a revision where revisions are kept. Without an area it was done before a crash.</summary>
    ValueTask CommitImportAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>Drops the area for new data, if there is one.</summary>
    ValueTask DiscardImportAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>Gives the volume, and what a run of it writes to, another size.</summary>
    ValueTask ResizeAsync(DriverVolume volume, long sizeBytes, CancellationToken ct);

    /// <summary>Keeps the committed data as a new revision.</summary>
    ValueTask SnapshotAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>Goes back to a revision; what was there becomes a revision itself where the driver can. A revision that is not there was taken before a crash.</summary>
    ValueTask RevertAsync(DriverVolume volume, string revision, CancellationToken ct);

    /// <summary>Looks at the volume.</summary>
    ValueTask<VolumeCondition> LookAsync(DriverVolume volume, CancellationToken ct);

    /// <summary>What lies in a pool and belongs to none of the volumes.</summary>
    ValueTask<IReadOnlyList<StrayData>> FindStraysAsync(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct);

    /// <summary>Removes something that <see cref="FindStraysAsync"/> found, by its place; it is checked anew that no known volume owns it.</summary>
    ValueTask RemoveStrayAsync(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known, CancellationToken ct);
}
