using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Looks at all storage for what is not as the log says, and mends what can be mended without a loss.</summary>
/// <remarks>For <c>qubesd storage check</c>: docs/storage.md. One look at a time.</remarks>
public sealed class StorageCheck : IDisposable
{
    private readonly StorageContext context;
    private readonly VolumeMaker maker;
    private readonly QubeVolumes volumes;
    private readonly StraySweep sweep;
    private readonly SemaphoreSlim turn = new(1);

    internal StorageCheck(StorageContext context, VolumeMaker maker, QubeVolumes volumes) =>
        (this.context, this.maker, this.volumes, sweep) = (context, maker, volumes, new StraySweep(context));

    /// <summary>Looks at every volume and every pool.</summary>
    /// <param name="mends">Whether what is found is mended: volumes that were never made are made, what a run wrote to a qube that is off is committed or dropped as at its
    /// stop, and what interrupted work left is removed. Data that may be somebody's stays.</param>
    /// <param name="call">The request.</param>
    /// <param name="ct">Ends it between two volumes.</param>
    public async Task<StorageReport> RunAsync(bool mends, Call call, CancellationToken ct)
    {
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var qubes = context.World.Qubes.Values.Where(qube => qube.Volumes.Count > 0).OrderBy(qube => qube.Name, StringComparer.Ordinal).Select(qube => qube.Id).ToList();
            List<VolumeFinding> found = [];
            foreach (var qube in qubes)
            {
                found.AddRange(await LookAsync(qube, mends, call, ct).ConfigureAwait(false));
            }

            List<PoolReport> pools = [];
            foreach (var pool in context.World.Pools)
            {
                pools.Add(await sweep.LookAsync(pool, mends, ct).ConfigureAwait(false));
            }

            var unknown = found.Select(finding => finding.Pool).Distinct().Where(name => pools.All(pool => pool.Name != name)).Select(name => new PoolReport(name, ""));
            return new StorageReport([.. pools.Concat(unknown).Select(pool => pool with { Volumes = [.. found.Where(finding => finding.Pool == pool.Name)] })], qubes.Count);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    /// <summary>Removes from a pool what interrupted work left.</summary>
    internal Task<PoolReport> SweepAsync(Pool pool, CancellationToken ct) => sweep.LookAsync(pool, mends: true, ct);

    // What seems wrong is looked at again when no work on the qube is under way, which would explain it.
    private async Task<IReadOnlyList<VolumeFinding>> LookAsync(QubeId id, bool mends, Call call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if ((await FindAsync(id, ct).ConfigureAwait(false)).Count == 0)
        {
            return [];
        }

        IReadOnlyList<VolumeFinding> found = [];
        try
        {
            await context.NoteAsync(static _ => { }, call).ConfigureAwait(false); // what the log holds by now has its work queued then
            await context.Lanes.RunAsync(context.World.Find(id)?.Name ?? "", async () => found = await SettleAsync(id, mends, call, ct).ConfigureAwait(false))
                .WaitAsync(ct).ConfigureAwait(false);
        }
        catch (RefusedException)
        {
            return await FindAsync(id, ct).ConfigureAwait(false); // without a log nothing is under way, and nothing can be mended
        }

        return found;
    }

    private async Task<IReadOnlyList<VolumeFinding>> SettleAsync(QubeId id, bool mends, Call call, CancellationToken ct)
    {
        var found = await FindAsync(id, ct).ConfigureAwait(false);
        if (!mends || context.World.Find(id) is not { } qube)
        {
            return found;
        }

        var reason = found.Any(finding => finding.Fault is VolumeFault.NeverMade or VolumeFault.Dirty) ? await MendAsync(qube, call, ct).ConfigureAwait(false) : null;
        return [.. found.Select(finding => finding.Fault is VolumeFault.NeverMade or VolumeFault.Dirty ? finding with { IsMended = reason is null, Reason = reason } : finding)];
    }

    private async Task<string?> MendAsync(Qube qube, Call call, CancellationToken ct)
    {
        try
        {
            if (!qube.IsOnDisk)
            {
                return await maker.CreateAsync(qube.Id, isNew: false, call, ct).ConfigureAwait(false);
            }

            await volumes.StopAloneAsync(context.World, qube, ct).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            return e.Message;
        }
    }

    private async Task<IReadOnlyList<VolumeFinding>> FindAsync(QubeId id, CancellationToken ct)
    {
        var world = context.World;
        if (world.Find(id) is not { Volumes: [var first, ..] } qube)
        {
            return [];
        }

        if (!qube.IsOnDisk)
        {
            return [new VolumeFinding(first.Pool, qube.Name, null, null, VolumeFault.NeverMade)];
        }

        List<VolumeFinding> found = [];
        foreach (var config in qube.Volumes)
        {
            if (DriverVolumes.Find(world, qube, config) is not { } volume)
            {
                found.Add(new VolumeFinding(config.Pool, qube.Name, config.Name, config.Vid, VolumeFault.NoPool));
            }
            else if (await FindAsync(world, qube, volume, ct).ConfigureAwait(false) is { } finding)
            {
                found.Add(finding);
            }
        }

        return found;
    }

    private async Task<VolumeFinding?> FindAsync(World world, Qube qube, DriverVolume volume, CancellationToken ct)
    {
        var finding = new VolumeFinding(volume.Pool.Name, qube.Name, volume.Config.Name, volume.Vid, VolumeFault.Missing);
        try
        {
            var condition = await context.LookAsync(volume, ct).ConfigureAwait(false);
            return !condition.Exists ? finding
                : condition.IsDirty && !world.Runs.ContainsKey(qube.Id) ? finding with { Fault = VolumeFault.Dirty }
                : null;
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            return finding with { Fault = VolumeFault.Unreadable, Reason = e.Message };
        }
    }
}
