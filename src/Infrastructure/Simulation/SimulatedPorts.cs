using System.Globalization;
using System.Xml.Linq;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The whole outside of a simulated host.</summary>
public static class SimulatedPorts
{
    /// <summary>The ports.</summary>
    /// <param name="host">The host.</param>
    /// <param name="databases">The qubes' databases.</param>
    /// <param name="current">The newest durable state.</param>
    /// <param name="store">Keeps the domains over a restart, or null.</param>
    public static PowerPorts Of(HostDescription host, SimulatedQubesDb databases, Func<World> current, SimulatedDomainStore? store = null) => new(
        new SimulatedHypervisor(host, store, TimeProvider.System),
        new SimulatedMemoryBalancer(host),
        new StateOnlyStorage(),
        new SimulatedQubeDatabases(databases, current),
        new SimulatedQrexec(host),
        Define)
    {
        DefineNetwork = static (_, _) => "<interface type='ethernet'/>",
    };

    private static string Define(World world, Qube qube) => new XElement(
        "domain",
        new XElement("name", qube.Name),
        new XElement("uuid", qube.Id.ToString()),
        new XElement("currentMemory", new XAttribute("unit", "MiB"), (PropertyValues.Get(world, qube, "memory")?.AsInteger() ?? 0).ToString(CultureInfo.InvariantCulture)),
        new XElement("os", new XElement("type", PropertyValues.Get(world, qube, "virt_mode")?.Text == "hvm" ? "hvm" : "xenpvh"))).ToString();
}
