using System.Xml.Linq;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Definitions of qubes without kernels and volumes: what a simulated host needs to know of them.</summary>
internal sealed class PlainDefinitions : IDomainDefinitions
{
    public string Domain(World world, Qube qube) => new XElement(
        "domain",
        new XElement("name", qube.Name),
        new XElement("uuid", qube.Id.ToString()),
        new XElement("memory", 1024),
        new XElement("devices", RequiredDisks.WithNames(world, qube).Select(device => XElement.Parse(((IDomainDefinitions)this).Device(world, device))))).ToString();

    public string NetworkCard(World world, Qube qube, Qube netvm) => "<interface><mac address='00:16:3e:5e:6c:00'/></interface>";

    public string BlockTarget(World world, Qube qube, DeviceAssignment assignment, IReadOnlySet<string> used) => "xvdi";

    public string BlockDevice(World world, DeviceAssignment assignment, string target) => new XElement(
        "disk", new XElement("target", new XAttribute("dev", target)), new XElement("backenddomain", new XAttribute("name", assignment.Backend))).ToString();

    public string PciDevice(World world, DeviceAssignment assignment) => new XElement(
        "hostdev", new XElement("source", new XElement("address", new XAttribute("port", assignment.Port)))).ToString();
}
