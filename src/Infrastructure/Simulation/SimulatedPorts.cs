using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The whole outside of a simulated host.</summary>
public static class SimulatedPorts
{
    /// <summary>The ports.</summary>
    /// <param name="host">The host.</param>
    /// <param name="paths">Where the user's templates are.</param>
    /// <param name="databases">The qubes' databases.</param>
    /// <param name="current">The newest durable state.</param>
    /// <param name="store">Keeps the domains over a restart, or null.</param>
    public static PowerPorts Of(
        HostDescription host, RootedPaths paths, SimulatedQubesDb databases, Func<World> current, SimulatedDomainStore? store = null) => new(
        new SimulatedHypervisor(host, store, TimeProvider.System),
        new SimulatedMemoryBalancer(host),
        new StateOnlyStorage(),
        new SimulatedQubeDatabases(databases, current),
        new SimulatedQrexec(host),
        new DomainDefinitions(paths));
}
