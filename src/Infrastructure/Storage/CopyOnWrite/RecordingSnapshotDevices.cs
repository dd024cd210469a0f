using System.Collections.Concurrent;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Devices that are only noted: for hosts that have no device mapper, such as the simulated one.</summary>
public sealed class RecordingSnapshotDevices : ISnapshotDevices
{
    private readonly ConcurrentDictionary<SnapshotDevice, bool> built = new();

    /// <summary>The devices that are there.</summary>
    public IReadOnlyCollection<SnapshotDevice> Built => [.. built.Keys];

    /// <inheritdoc/>
    public bool IsBuilt(SnapshotDevice device) => built.ContainsKey(device);

    /// <inheritdoc/>
    public ValueTask BuildAsync(SnapshotDevice device, CancellationToken ct)
    {
        built.TryAdd(device, true);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(SnapshotDevice device, CancellationToken ct)
    {
        built.TryRemove(device, out _);
        return ValueTask.CompletedTask;
    }
}
