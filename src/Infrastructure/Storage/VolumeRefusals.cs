using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What several drivers refuse, in the same words.</summary>
/// <remarks>Source: spec, storage 4 to 8.</remarks>
internal static class VolumeRefusals
{
    /// <summary>Says that the data of a volume is not there.</summary>
    internal static StorageRefusedException Missing(DriverVolume volume) => new($"volume {volume.Vid} missing");

    /// <summary>The volume that a snapshot starts from.</summary>
    /// <exception cref="StorageRefusedException">There is none.</exception>
    internal static DriverVolume SourceOf(DriverVolume volume) =>
        volume.Source ?? throw new StorageRefusedException($"snap_on_start specified on '{volume.Config.Name}' but no volume source set");

    /// <summary>The volume, if it is one that new data can be put into.</summary>
    /// <exception cref="StorageRefusedException">It is made anew at each start.</exception>
    internal static DriverVolume Saved(DriverVolume volume) => volume.Config.SaveOnStop
        ? volume
        : throw new StorageRefusedException($"Cannot import data into volume {volume.Vid}: nothing that is written to it lasts");

    /// <summary>Refuses to resize what can only be read.</summary>
    internal static void RequireWritable(DriverVolume volume)
    {
        if (!volume.Config.Rw)
        {
            throw new StorageRefusedException($"Can not resize readonly volume {volume.Vid}");
        }
    }

    /// <summary>Refuses to make a revision where none is kept.</summary>
    internal static void RequireRevisions(DriverVolume volume)
    {
        if (!volume.Config.SaveOnStop || volume.Config.RevisionsToKeep <= 0)
        {
            throw new StorageRefusedException($"Volume {volume.Vid} keeps no revisions");
        }
    }

    /// <summary>Refuses to remove what is not among the strays of a pool.</summary>
    internal static void RequireStray(IReadOnlyList<StrayData> strays, StrayData stray)
    {
        if (strays.All(found => found.Place != stray.Place))
        {
            throw new StorageRefusedException($"{PythonText.Repr(stray.Place)} belongs to a volume, or is not in the pool");
        }
    }

    /// <summary>Refuses when the committed data that a start needs is missing: the volume's own, or that of its source.</summary>
    internal static async ValueTask RequireCommittedAsync(IVolumeDriver driver, DriverVolume volume, CancellationToken ct)
    {
        var needed = volume.Config.SaveOnStop ? volume : volume.Source;
        if (needed is not null && !(await driver.LookAsync(needed, ct).ConfigureAwait(false)).Exists)
        {
            throw Missing(needed);
        }
    }
}
