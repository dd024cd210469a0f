using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Whatever clients ask for, a definition is well-formed or refused.</summary>
public sealed class DomainXmlLaws(ITestOutputHelper output)
{
    private const int Changes = 100;

    private static readonly string[] FeatureNames =
    [
        "timezone", "qemu-extra-args", "linux-stubdom", "stubdom-qrexec", "audio-model", "video-model", "uefi", "memory-hotplug", "supported-feature.memory-hotplug",
        "os", "no-default-kernelopts", "no-nomodeset", "apparmor", "selinux", "pci-e820-host", "boot-mode.kernelopts.x=y", "qubes-agent-version", "ipv6", "suspend-s0ix",
    ];

    private static readonly string[] FeatureValues = ["", "1", "none", "localtime", "-3600", "Linux", "4.2", "9999999999.1", "<&\"'>", "a\nb", "\u0001", "\ud800", "é😀"];

    [Fact]
    public void A_definition_is_well_formed_or_refused()
    {
        var (written, refused) = (0, 0);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var world = World(new Random(seed));
            foreach (var qube in world.Qubes.Values)
            {
                try
                {
                    var xml = XElement.Parse(DomainXml.Of(world, qube, DomainXmlFacts.None));
                    Assert.Equal((qube.Name, qube.Id.ToString()), (xml.Element("name")!.Value, xml.Element("uuid")!.Value));
                    var targets = xml.Descendants("target").Where(target => target.Parent!.Name == "disk").Select(target => target.Attribute("dev")!.Value).ToList();
                    Assert.Equal(targets.Distinct(), targets);
                    written++;
                }
                catch (DomainException)
                {
                    refused++;
                }
            }
        }).QuickCheckThrowOnFailure();

        output.WriteLine($"{written} definitions, {refused} refusals");
        Assert.InRange(written, 100, int.MaxValue);
        Assert.InRange(refused, 100, int.MaxValue);
    }

    private static World World(Random random)
    {
        var scenario = Given.Usual();
        for (var change = 0; change < Changes; change++)
        {
            scenario.When(random.Next(3) == 0 ? Own(random) : RandomChange.Next(random));
        }

        // Most hosts still have the kernel at the end, so that not everything is refused for the want of it.
        if (random.Next(4) != 0)
        {
            scenario.When(draft => draft.Record(new HostObserved(Given.Host))).When(draft => Properties.Set(draft, null, "default_kernel", "6.6.1"));
        }

        return scenario.World;
    }

    private static Action<Draft> Own(Random random) => random.Next(4) switch
    {
        0 => draft => draft.Record(new StartRequested(Any(draft, random), "r")),
        1 => draft => draft.Record(new QubeSpawned(Any(draft, random), "r", random.Next(1, 500), -1, null, 0)),
        2 => draft => Devices.Assign(draft, Any(draft, random), new DeviceAssignment(
            Pick(random, ["pci", "block"]), Pick(random, ["dom0", "net", "*"]), Pick(random, ["sda", "sr0", "00_02.0", "0001_3f_1c.7", "*"]), "*",
            DeviceModes.Required, [new NamedText(Pick(random, ["frontend-dev", "devtype", "read-only", "permissive"]), Pick(random, ["xvdi", "sdx<", "cdrom", "yes", "True"]))])),
        _ => draft => draft.Record(new FeatureSet(Any(draft, random), Pick(random, FeatureNames), Pick(random, FeatureValues), null)),
    };

    private static QubeId Any(Draft draft, Random random) => Pick(random, [.. draft.World.InOrder()]).Id;

    private static T Pick<T>(Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];
}
