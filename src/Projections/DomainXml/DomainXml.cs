using System.Collections.Immutable;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The libvirt definition of a qube on Xen: a function of the world and of what its start knows.</summary>
/// <remarks>Source: spec, lifecycle.md 9; recorded in 20-qubesdb and 22-domxml. Described in docs/domain-xml.md.</remarks>
public static class DomainXml
{
    /// <summary>The whole definition.</summary>
    /// <param name="world">The world at the moment of the start.</param>
    /// <param name="qube">A qube with a domain of its own.</param>
    /// <param name="facts">What the start knows beyond the world.</param>
    /// <exception cref="DomainException">Something that a start needs is missing, or a value cannot be put down.</exception>
    public static string Of(World world, Qube qube, DomainXmlFacts facts) => XmlText.Of([Whole(Parts(world, qube, facts))]);

    /// <summary>The definition in sections, in order.</summary>
    /// <param name="world">The world at the moment of the start.</param>
    /// <param name="qube">A qube with a domain of its own.</param>
    /// <param name="facts">What the start knows beyond the world.</param>
    /// <exception cref="DomainException">Something that a start needs is missing, or a value cannot be put down.</exception>
    public static ImmutableArray<DomainXmlPart> Parts(World world, Qube qube, DomainXmlFacts facts)
    {
        var mode = Mode(world, qube);
        QubeKernel.CheckInstalled(world, qube);
        return
        [
            new("identity", false, [new XElement("name", qube.Name), new XElement("uuid", qube.Id.ToString())]),
            new("memory", false, MemoryXml.Of(world, qube, mode)),
            new("vcpu", false, [ProcessorXml.Count(world, qube)]),
            new("cpu", false, ProcessorXml.Model(world, mode)),
            new("os", false, [BootXml.Of(world, qube, mode)]),
            new("features", false, [FeaturesXml.Of(world, qube, mode)]),
            new("clock", false, [ClockXml.Of(world, qube, mode)]),
            new("endings", false, [Ending("on_poweroff"), Ending("on_reboot"), Ending("on_crash")]),
            new("disks", true, DiskXml.Of(world, qube, facts)),
            new("network", true, [.. NetworkXml.Of(world, qube)]),
            new("pci", true, PciXml.Of(world, qube)),
            new("emulation", true, mode == "hvm" ? EmulationXml.Of(world, qube) : []),
            new("console", true, [new XElement("console", new XAttribute("type", "pty"), Console)]),
        ];
    }

    /// <summary>The definition that the sections make up.</summary>
    public static XElement Whole(IReadOnlyCollection<DomainXmlPart> parts) => new(
        "domain",
        new XAttribute("type", "xen"),
        parts.Where(part => !part.IsDevice).SelectMany(part => part.Elements),
        new XElement("devices", parts.Where(part => part.IsDevice).SelectMany(part => part.Elements)));

    private static XElement Console => new("target", new XAttribute("type", "xen"), new XAttribute("port", "0"));

    // Whatever ends a domain, the daemon decides what comes next.
    private static XElement Ending(string name) => new(name, "destroy");

    private static string Mode(World world, Qube qube)
    {
        if (!Volumes.Has(qube.Class))
        {
            throw new QubeErrorException($"{qube.Name} has no domain of its own");
        }

        var mode = PropertyValues.Get(world, qube, "virt_mode")?.Text;
        return mode is "hvm" or "pvh" or "pv"
            ? mode
            : throw new InvalidPropertyValueException("Invalid virtualization mode, supported values: hvm, pv, pvh");
    }
}
