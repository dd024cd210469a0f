using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The network card of a qube.</summary>
/// <remarks>The addresses are the real ones, also where the qube is told others (recorded, <c>v-fakeip</c>). Source: spec, lifecycle.md 9, network.</remarks>
internal static class NetworkXml
{
    internal static IEnumerable<XElement> Of(World world, Qube qube) =>
        NetworkValues.NetVm(world, qube) is { } netvm ? [Card(world, qube, netvm)] : [];

    internal static XElement Card(World world, Qube qube, Qube netvm) => new(
        "interface",
        new XAttribute("type", "ethernet"),
        new XElement("mac", new XAttribute("address", PropertyValues.Get(world, qube, "mac")?.Text ?? "")),
        NetworkValues.Ip(world, qube) is { } ip ? new XElement("ip", new XAttribute("address", ip)) : null,
        NetworkValues.Ip6(world, qube) is { } ip6 ? new XElement("ip", new XAttribute("address", ip6), new XAttribute("family", "ipv6")) : null,
        new XElement("backenddomain", new XAttribute("name", netvm.Name)),
        new XElement("script", new XAttribute("path", "vif-route-qubes")));
}
