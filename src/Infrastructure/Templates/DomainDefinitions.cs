using System.Xml.Linq;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Definitions for libvirt: the built-in one, or what the template of a user makes of it.</summary>
/// <param name="paths">Where the templates lie.</param>
/// <param name="facts">What is known of a start beyond the world; null for nothing.</param>
/// <remarks>docs/domain-xml.md describes the templates.</remarks>
public sealed class DomainDefinitions(RootedPaths paths, Func<Qube, DomainXmlFacts>? facts = null) : IDomainDefinitions
{
    private readonly TemplateFiles files = new(paths);

    /// <inheritdoc/>
    public string Domain(World world, Qube qube)
    {
        var parts = DomainXml.Parts(world, qube, facts?.Invoke(qube) ?? DomainXmlFacts.None);
        if (files.Find(qube.Name) is not { } path)
        {
            return XmlText.Of([DomainXml.Whole(parts)]);
        }

        try
        {
            var domain = new DomainTemplate(TemplateFiles.Read(path), parts, new TemplateValues(world, qube)).Apply();
            Check(domain, qube);
            return XmlText.Of([domain]);
        }
        catch (Exception reason) when (reason is TemplateException or InvalidValueException)
        {
            throw new RefusedException($"The template {path} cannot be used for {qube.Name}: {reason.Message}");
        }
    }

    /// <inheritdoc/>
    public string NetworkCard(World world, Qube qube, Qube netvm) => DeviceXml.Network(world, qube, netvm);

    /// <inheritdoc/>
    public string BlockTarget(World world, Qube qube, DeviceAssignment assignment, IReadOnlySet<string> used) =>
        DeviceXml.Target(world, qube, assignment, used);

    /// <inheritdoc/>
    public string BlockDevice(World world, DeviceAssignment assignment, string target) => DeviceXml.Block(world, assignment, target);

    /// <inheritdoc/>
    public string PciDevice(World world, DeviceAssignment assignment) => DeviceXml.Pci(world, assignment);

    // Under another name or identity the daemon would lose sight of what it started.
    private static void Check(XElement domain, Qube qube)
    {
        if (domain.Name != "domain" || !Is(domain, "name", qube.Name) || !Is(domain, "uuid", qube.Id.ToString()))
        {
            throw new TemplateException("its result is no <domain> with the name and the uuid of the qube");
        }
    }

    private static bool Is(XElement domain, string name, string value) => domain.Elements(name).Take(2).ToList() is [var only] && only.Value == value;
}
