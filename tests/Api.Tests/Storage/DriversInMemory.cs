using System.Collections.Concurrent;
using System.Globalization;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Volumes that exist only in memory, with the revisions of a pool of files that share blocks: for tests of what surrounds storage.</summary>
internal sealed class DriversInMemory : IVolumeDrivers, IVolumeDriver, IRunningVolumes
{
    private readonly ConcurrentDictionary<string, Held> volumes = new();

    public IVolumeDriver Of(Pool pool) => this;

    public ValueTask<long?> FreeBytesAsync(Pool pool, CancellationToken ct) => new((long?)null);

    public ValueTask CopyAsync(string from, string to, CancellationToken ct) => default;

    public ValueTask WriteAsync(string to, ReadOnlyMemory<byte> data, CancellationToken ct) => default;

    public ValueTask CreateAsync(DriverVolume volume, bool mayExist, CancellationToken ct) => default;

    public ValueTask RemoveAsync(DriverVolume volume, CancellationToken ct)
    {
        volumes.TryRemove(Key(volume), out _);
        return default;
    }

    public ValueTask VerifyAsync(DriverVolume volume, CancellationToken ct) => default;

    public ValueTask StartAsync(DriverVolume volume, CancellationToken ct) => Change(volume, held => held.IsDirty = true);

    public ValueTask StopAsync(DriverVolume volume, CancellationToken ct) => Change(volume, held =>
    {
        if (held.IsDirty && volume.Config.SaveOnStop)
        {
            held.Keep(volume.Config.RevisionsToKeep);
        }

        held.IsDirty = false;
    });

    public ValueTask<string> ExportAsync(DriverVolume volume, CancellationToken ct) => new("/volumes/" + volume.Vid);

    public ValueTask EndExportAsync(DriverVolume volume, string path, CancellationToken ct) => default;

    public ValueTask<string> PrepareImportAsync(DriverVolume volume, long sizeBytes, CancellationToken ct)
    {
        Find(volume).HasImport = true;
        return new("/volumes/" + volume.Vid + "-import.img");
    }

    public async ValueTask<bool> PrepareCloneAsync(DriverVolume volume, DriverVolume source, CancellationToken ct)
    {
        await PrepareImportAsync(volume, 0, ct);
        return true;
    }

    public ValueTask<bool> HasImportAsync(DriverVolume volume, CancellationToken ct) => new(Find(volume).HasImport);

    public ValueTask CommitImportAsync(DriverVolume volume, CancellationToken ct) => Change(volume, held =>
    {
        if (held.HasImport)
        {
            held.Keep(volume.Config.RevisionsToKeep);
        }

        held.HasImport = false;
    });

    public ValueTask DiscardImportAsync(DriverVolume volume, CancellationToken ct) => Change(volume, held => held.HasImport = false);

    public ValueTask ResizeAsync(DriverVolume volume, long sizeBytes, CancellationToken ct) => default;

    public ValueTask SnapshotAsync(DriverVolume volume, CancellationToken ct) => Change(volume, held => held.Keep(volume.Config.RevisionsToKeep));

    public ValueTask RevertAsync(DriverVolume volume, string revision, CancellationToken ct) => Change(volume, held =>
    {
        if (held.IsDirty)
        {
            throw new StorageRefusedException($"Cannot revert: {volume.Vid} is not cleanly stopped");
        }

        held.Keep(long.MaxValue);
        held.Revisions = held.Revisions.Where(kept => kept.Name != revision).ToEquatableArray();
    });

    public ValueTask<VolumeCondition> LookAsync(DriverVolume volume, CancellationToken ct)
    {
        var held = Find(volume);
        lock (held)
        {
            return new(new VolumeCondition(true, held.IsDirty, 0, held.Revisions));
        }
    }

    public ValueTask<IReadOnlyList<StrayData>> FindStraysAsync(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) => new([]);

    public ValueTask RemoveStrayAsync(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) => default;

    public ValueTask StartedAsync(World world, Qube qube, DriverVolume volume, CancellationToken ct) => default;

    public ValueTask StoppingAsync(World world, Qube qube, DriverVolume volume, CancellationToken ct) => default;

    private static string Key(DriverVolume volume) => volume.Pool.Name + ":" + volume.Vid;

    private Held Find(DriverVolume volume) => volumes.GetOrAdd(Key(volume), _ => new Held());

    private ValueTask Change(DriverVolume volume, Action<Held> change)
    {
        var held = Find(volume);
        lock (held)
        {
            change(held);
        }

        return default;
    }

    private sealed class Held
    {
        public bool IsDirty { get; set; }

        public bool HasImport { get; set; }

        public EquatableArray<VolumeRevision> Revisions { get; set; } = [];

        private long last;

        public void Keep(long most)
        {
            last++;
            Revisions = Revisions.Append(new VolumeRevision(last.ToString(CultureInfo.InvariantCulture), last))
                .TakeLast((int)Math.Clamp(most, 0, int.MaxValue)).ToEquatableArray();
        }
    }
}
