using System.Collections.Concurrent;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Callback pools as the drivers that they wrap see them, and the callbacks that concern a whole pool.</summary>
/// <param name="paths">Where the configuration lies.</param>
/// <param name="programs">Runs the callbacks.</param>
/// <param name="setUp">Sets a pool of a wrapped driver up on the host; throws what a client is told when that cannot be.</param>
/// <remarks>Source: spec, storage 10.</remarks>
public sealed class CallbackPools(RootedPaths paths, CallbackPrograms programs, Func<NewPool, CancellationToken, ValueTask> setUp)
{
    private readonly ConcurrentDictionary<(string Pool, string ConfId), Lazy<Task>> begun = new();

    /// <summary>Sets a new pool up: its callback first, then what the wrapped driver needs.</summary>
    /// <exception cref="DomainException">The configuration cannot be used, a callback refuses, or the wrapped driver cannot have the pool.</exception>
    public async ValueTask SetUpAsync(string pool, string confId, CancellationToken ct)
    {
        var entry = Read(confId);
        var wrapped = entry.Wrapped(pool);
        CheckCommands(entry);
        await BeginAsync(entry, pool, ct).ConfigureAwait(false);
        await programs.RunAsync(entry, pool, "pre_setup", [], ct).ConfigureAwait(false); // it is being set up anyway
        await setUp(wrapped, ct).ConfigureAwait(false);
    }

    /// <summary>A pool was removed: its callback is told.</summary>
    /// <exception cref="DomainException">The configuration cannot be used, or the callback fails.</exception>
    public async ValueTask DestroyedAsync(Pool pool, CancellationToken ct)
    {
        var entry = Read(ConfId(pool));
        begun.TryRemove((pool.Name, entry.ConfId), out _);
        await programs.RunAsync(entry, pool.Name, "post_destroy", [], ct).ConfigureAwait(false);
    }

    /// <summary>The volume as the wrapped driver sees it.</summary>
    /// <exception cref="DomainException">The configuration cannot be used.</exception>
    public DriverVolume Inner(DriverVolume volume)
    {
        if (volume.Pool.Driver != PoolDrivers.Callback)
        {
            return volume;
        }

        var pool = Inner(volume.Pool);
        return volume with { Pool = pool, Vid = InnerVid(pool, volume.Vid), Source = volume.Source is { } source ? Inner(source) : null };
    }

    /// <summary>The pool as the wrapped driver sees it.</summary>
    /// <exception cref="DomainException">The configuration cannot be used.</exception>
    public Pool Inner(Pool pool)
    {
        var wrapped = Read(ConfId(pool)).Wrapped(pool.Name);
        return new Pool(pool.Name, wrapped.Driver.Name, wrapped.ToConfig());
    }

    /// <summary>Runs a callback of a pool that is in use; before the first since the daemon started, the one that begins.</summary>
    /// <exception cref="DomainException">The configuration cannot be used, or the callback refuses.</exception>
    internal async ValueTask CallAsync(Pool pool, string callback, CancellationToken ct, params string[] arguments)
    {
        var entry = Read(ConfId(pool));
        await BeginAsync(entry, pool.Name, ct).ConfigureAwait(false);
        await CallAsync(entry, pool.Name, callback, arguments, ct).ConfigureAwait(false);
    }

    /// <summary>Sees to it that the callback that begins was run since the daemon started.</summary>
    /// <exception cref="DomainException">The configuration cannot be used, or the callback refuses.</exception>
    internal ValueTask BeginAsync(Pool pool, CancellationToken ct) => BeginAsync(Read(ConfId(pool)), pool.Name, ct);

    // Whoever comes meanwhile waits for the same run; after a failure the next one tries again.
    private async ValueTask BeginAsync(CallbackEntry entry, string pool, CancellationToken ct)
    {
        var key = (pool, entry.ConfId);
        var run = begun.GetOrAdd(key, _ => new Lazy<Task>(() => CallAsync(entry, pool, "pre_sinit", [], CancellationToken.None).AsTask()));
        try
        {
            await run.Value.WaitAsync(ct).ConfigureAwait(false);
        }
        catch when (run.Value.IsFaulted)
        {
            begun.TryRemove(new(key, run));
            throw;
        }
    }

    private async ValueTask CallAsync(CallbackEntry entry, string pool, string callback, string[] arguments, CancellationToken ct)
    {
        if (await programs.RunAsync(entry, pool, callback, arguments, ct).ConfigureAwait(false))
        {
            await programs.RunAsync(entry, pool, "pre_setup", [], ct).ConfigureAwait(false); // must not ask again
            await setUp(entry.Wrapped(pool), ct).ConfigureAwait(false);
        }
    }

    private CallbackEntry Read(string confId) => CallbackConfiguration.Read(paths.OnDisk(CallbackConfiguration.FilePath), confId);

    private static string ConfId(Pool pool) => pool.Find(PoolDrivers.ConfId) ?? "";

    private static void CheckCommands(CallbackEntry entry)
    {
        foreach (var command in entry.Callbacks.Values.Append(entry.Command).Where(command => command != "-"))
        {
            ConfiguredCommand.Split(command); // what cannot be run is told now, not at the first start of a qube
        }
    }

    // Volumes of callback pools are named as those of files: KIND/QUBE/VOLUME.
    private static string InnerVid(Pool pool, string vid) => (pool.Driver, vid.Split('/')) switch
    {
        (PoolDrivers.LvmThin, [_, var qube, var volume]) => $"{pool.Find(PoolDrivers.VolumeGroup)}/vm-{qube}-{volume}",
        (PoolDrivers.Zfs, [_, var qube, var volume]) => $"{pool.Find(PoolDrivers.Container)}/{qube}/{volume}",
        _ => vid,
    };
}
