using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The user of a simulated host, who is away: every question stays without an answer.</summary>
public sealed class SimulatedDeviceAgent : IDeviceAgent
{
    /// <inheritdoc/>
    public ValueTask<string?> AskAsync(World world, DeviceQuestion question, CancellationToken ct) => ValueTask.FromResult<string?>(null);
}
