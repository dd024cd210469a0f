using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What surrounds a volume while its qube runs: the device that encrypts with a throw-away key, and the file that says that it runs.</summary>
/// <remarks>Source: spec, storage 4.</remarks>
public interface IRunningVolumes
{
    /// <summary>A volume was started by its driver; done again, it changes nothing.</summary>
    ValueTask StartedAsync(World world, Qube qube, DriverVolume volume, CancellationToken ct);

    /// <summary>A volume is about to be stopped by its driver; done again, it changes nothing.</summary>
    ValueTask StoppingAsync(World world, Qube qube, DriverVolume volume, CancellationToken ct);
}
