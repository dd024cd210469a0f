using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What surrounds running volumes on this host.</summary>
/// <param name="devices">The encrypting devices; null where none are made, as on a simulated host.</param>
/// <param name="files">The files that tell other programs what runs.</param>
/// <remarks>Source: spec, storage 4.</remarks>
public sealed class RunningDevices(EphemeralDevices? devices, RunningVolumes files) : IRunningVolumes
{
    /// <inheritdoc/>
    public async ValueTask StartedAsync(World world, Qube qube, DriverVolume volume, CancellationToken ct)
    {
        if (Find(world, qube, volume) is not { } addressed)
        {
            return;
        }

        if (devices is not null && addressed.IsEphemeral)
        {
            await devices.OpenAsync(VolumePaths.Of(world, addressed), VolumePaths.DeviceOf(world, addressed), ct).ConfigureAwait(false);
        }

        files.Mark(volume.Pool.Name, volume.Vid);
    }

    /// <inheritdoc/>
    public async ValueTask StoppingAsync(World world, Qube qube, DriverVolume volume, CancellationToken ct)
    {
        if (Find(world, qube, volume) is not { } addressed)
        {
            return;
        }

        if (devices is not null && addressed.IsEphemeral)
        {
            await devices.CloseAsync(VolumePaths.DeviceOf(world, addressed), ct).ConfigureAwait(false);
        }

        files.Unmark(volume.Pool.Name, volume.Vid);
    }

    // A kernel is used by many qubes and written to by none.
    private static AddressedVolume? Find(World world, Qube qube, DriverVolume volume) =>
        volume.Pool.Driver == PoolDrivers.LinuxKernel || world.Find(qube.Id) is null ? null : new AddressedVolume(qube, volume.Config, volume.Pool, volume.Vid);
}
