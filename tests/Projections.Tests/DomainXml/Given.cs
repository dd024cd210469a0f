using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Worlds whose qubes are about to start.</summary>
internal static class Given
{
    /// <summary>A host with everything that a definition can ask for.</summary>
    internal static readonly HostFacts Host = Scenario.Host with
    {
        CpuFamily = 6,
        CpuModel = 140,
        Kernels = [new HostKernel("6.6.1", true) { HasInitramfs = true, HasModules = true }],
        PciDevices =
        [
            new PciDevice("00_02.0", "0000:00:02.0", "030000", "0x8086", "0x9a49"),
            new PciDevice("0001_3f_1c.7", "0001:3f:1c.7", "020000", "0x10ec", "0x8168"),
        ],
        BlockDevices = [new BlockDevice("sda", "DISK ONE", "BACKUP", false, null), new BlockDevice("sr0", null, null, true, null)],
    };

    /// <summary>A template, a provider and an app qube <c>work</c> of it, a standalone qube <c>solo</c>.</summary>
    internal static Scenario Usual() => Scenario.Usual()
        .Given(draft => draft.Record(new HostObserved(Host)))
        .Set("net", "netvm", "")
        .Set(null, "default_netvm", "net")
        .Create(QubeClass.StandaloneVM, "solo");

    internal static Scenario Feature(this Scenario scenario, string qube, string feature, string value) =>
        scenario.Given(draft => Features.Set(draft, draft.World.Find(qube)!.Id, feature, value));

    internal static Scenario Assign(this Scenario scenario, string qube, string @class, string port, params NamedText[] options) =>
        scenario.Given(draft => Devices.Assign(
            draft, draft.World.Find(qube)!.Id, new DeviceAssignment(@class, "dom0", port, "*", DeviceModes.Required, [.. options])));

    internal static Scenario Run(this Scenario scenario, string qube, int xid) => scenario.Given(draft =>
    {
        var id = draft.World.Find(qube)!.Id;
        draft.Record(new StartRequested(id, "r"));
        draft.Record(new QubeSpawning(id, "r"));
        draft.Record(new QubeSpawned(id, "r", xid, -1, null, 0));
        draft.Record(new QubeStarted(id, "r"));
    });

    internal static string Xml(this Scenario scenario, string qube) => DomainXml.Of(scenario.World, scenario.Qube(qube), DomainXmlFacts.None);
}
