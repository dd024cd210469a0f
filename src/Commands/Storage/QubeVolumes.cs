using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The volumes of qubes that start and stop.</summary>
/// <remarks>Source: spec, storage 4 (start all, stop all); lifecycle.md 3 and 4.</remarks>
internal sealed class QubeVolumes(StorageContext context, VolumeChanger changer, VolumeMaker maker, IRunningVolumes running) : IQubeStorage
{
    private const string Started = "the qube was started meanwhile";

    /// <inheritdoc/>
    public async ValueTask VerifyAsync(World world, Qube qube, CancellationToken ct)
    {
        foreach (var volume in DriverVolumes.Of(world, qube))
        {
            await context.Drivers.Of(volume.Pool).VerifyAsync(volume, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask StartAsync(World world, Qube qube, CancellationToken ct) => new(context.Lanes.RunAsync(qube.Name, async () =>
    {
        foreach (var (name, state) in qube.VolumeStates)
        {
            if (context.World.Find(qube.Id)?.StateOf(name).Incoming is { Kind: VolumeChangeKind.Import, Phase: not VolumeChangePhase.Ready } open)
            {
                await changer.GiveUpAsync(qube.Id, name, open, Started, isTold: false, StorageContext.OwnCall()).ConfigureAwait(false);
            }
        }

        CheckSources(world, qube);
        await Task.WhenAll(DriverVolumes.Of(world, qube).Select(volume => StartAsync(world, qube, volume, ct))).ConfigureAwait(false);
    }));

    /// <inheritdoc/>
    public ValueTask StopAsync(World world, Qube qube, CancellationToken ct) => new(context.Lanes.RunAsync(qube.Name, () => StopAloneAsync(world, qube, ct)));

    /// <summary>Commits or drops what a run wrote, for work that has the qube's lane.</summary>
    internal async Task StopAloneAsync(World world, Qube qube, CancellationToken ct)
    {
        var volumes = DriverVolumes.Of(world, qube);
        await Task.WhenAll(volumes.Select(volume => StopAsync(world, qube, volume, ct))).ConfigureAwait(false);
        if (Retentions.IsEphemeral(qube))
        {
            await maker.RemoveAsync(qube.Id, volumes).ConfigureAwait(false);
        }
    }

    // What runs without snapshots changes under whoever would read it.
    private static void CheckSources(World world, Qube qube)
    {
        foreach (var volume in qube.Volumes.Where(volume => volume.SnapOnStart))
        {
            if (world.FindPool(volume.Pool) is { } pool && VolumeLookup.InPool(world, pool, volume.Source ?? "") is
                { Qube: { } owner, Volume: { SaveOnStop: true, RevisionsToKeep: -1 }, Vid: var vid } && PowerStates.Active(world, owner.Id) is not null)
            {
                throw new QubeErrorException($"Volume {vid} is running");
            }
        }
    }

    private async Task StartAsync(World world, Qube qube, DriverVolume volume, CancellationToken ct)
    {
        try
        {
            await context.Drivers.Of(volume.Pool).StartAsync(volume, ct).ConfigureAwait(false);
            await running.StartedAsync(world, qube, volume, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            throw StorageFaults.Of(e);
        }
    }

    private async Task StopAsync(World world, Qube qube, DriverVolume volume, CancellationToken ct)
    {
        var driver = context.Drivers.Of(volume.Pool);
        await running.StoppingAsync(world, qube, volume, ct).ConfigureAwait(false);
        var isDirty = volume.Config.SaveOnStop && (await driver.LookAsync(volume, ct).ConfigureAwait(false)).IsDirty;
        await driver.StopAsync(volume, ct).ConfigureAwait(false);
        if (isDirty)
        {
            var condition = await driver.LookAsync(volume, ct).ConfigureAwait(false);
            await context.NoteAsync(
                draft => VolumeOutcomes.Committed(draft, qube.Id, volume.Config.Name, condition.Revisions), StorageContext.OwnCall()).ConfigureAwait(false);
        }
    }
}
