using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The whole outside of a simulated host.</summary>
public static class SimulatedPorts
{
    /// <summary>The ports.</summary>
    /// <param name="host">The host.</param>
    /// <param name="paths">Where the user's templates are.</param>
    /// <param name="databases">The qubes' databases.</param>
    /// <param name="store">Keeps the domains over a restart, or null.</param>
    public static PowerPorts Of(
        HostDescription host, RootedPaths paths, SimulatedQubesDb databases, SimulatedDomainStore? store = null) => new(
        new SimulatedHypervisor(host, store, TimeProvider.System),
        new SimulatedMemoryBalancer(host),
        databases,
        new SimulatedQrexec(host),
        new DomainDefinitions(paths));

    /// <summary>The ports for devices of the same host.</summary>
    /// <param name="power">The ports of the host.</param>
    /// <param name="databases">The qubes' databases.</param>
    public static DevicePorts DevicesOf(PowerPorts power, SimulatedQubesDb databases) => new(
        power.Hypervisor, databases, databases.Notices, new SimulatedPci(), new SimulatedDeviceAgent(), power.Qrexec, power.Definitions.Device);
}
