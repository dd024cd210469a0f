using System.Collections.Immutable;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The processors of a qube: the host's, but for what would let it run guests of its own.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (vcpu, cpu).</remarks>
internal static class ProcessorXml
{
    // Processors whose random numbers guests are not to use.
    private static readonly (int Family, int Model)[] WithoutRandom = [(6, 58), (6, 62)];

    internal static XElement Count(World world, Qube qube) =>
        new("vcpu", new XAttribute("placement", "static"), Amount.Text(Amount.Of(world, qube, "vcpus")));

    internal static ImmutableArray<XElement> Model(World world, string mode) =>
        mode == "pv" ? [] : [new XElement("cpu", new XAttribute("mode", "host-passthrough"), Features(world.Host))];

    private static IEnumerable<XElement> Features(HostFacts host)
    {
        yield return Feature("vmx", "disable");
        yield return Feature("svm", "disable");
        if (WithoutRandom.Contains((host.CpuFamily, host.CpuModel)))
        {
            yield return Feature("rdrand", "disable");
        }

        // Guests may keep time by the processor's counter.
        yield return Feature("invtsc", "require");
    }

    private static XElement Feature(string name, string policy) =>
        new("feature", new XAttribute("name", name), new XAttribute("policy", policy));
}
