namespace Qubes.Cqrs.Infrastructure;

/// <summary>The devices through which qubes see the images of <c>file</c> pools.</summary>
/// <remarks>Source: spec, storage 5 (mapper).</remarks>
public interface ISnapshotDevices
{
    /// <summary>Whether a device is there.</summary>
    bool IsBuilt(SnapshotDevice device);

    /// <summary>Builds a device; one that is there stays.</summary>
    /// <exception cref="IOException">It cannot be built.</exception>
    ValueTask BuildAsync(SnapshotDevice device, CancellationToken ct);

    /// <summary>Removes a device, if it is there.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    ValueTask RemoveAsync(SnapshotDevice device, CancellationToken ct);
}
