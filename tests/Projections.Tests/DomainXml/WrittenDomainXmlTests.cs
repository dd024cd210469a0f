using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Definitions that nobody recorded, written from the specification: the folder <c>Written</c>.</summary>
public sealed class WrittenDomainXmlTests
{
    private static readonly Dictionary<string, Func<(Scenario Scenario, string Qube, DomainXmlFacts Facts)>> Cases = new()
    {
        ["pv-pci-maxmem"] = () => (Given.Usual().Set("solo", "virt_mode", "pv").Assign("solo", "pci", "0001_3f_1c.7").Set("solo", "maxmem", "900"), "solo", DomainXmlFacts.None),
        ["hvm-pci-maxmem-hotplug"] = () => (
            Given.Usual().Assign("solo", "pci", "00_02.0").Set("solo", "maxmem", "900").Feature("solo", "memory-hotplug", "1"), "solo", DomainXmlFacts.None),
        ["linux-old-cpu"] = () => (
            Given.Usual().Given(draft => draft.Record(new HostObserved(Given.Host with { CpuModel = 58 }))).Feature("tpl", "os", "Linux").Feature("work", "no-nomodeset", "1"),
            "work", DomainXmlFacts.None),
        ["ephemeral"] = () => (Given.Usual().Given(draft => VolumeSettings.SetEphemeral(
            draft, VolumeAddress.OfQube(draft.World.Find("solo")!.Id, "volatile"), "True"u8)), "solo", DomainXmlFacts.None),
        ["lvm-ephemeral"] = () => (OnLvm(), "a-b_c", DomainXmlFacts.None),
        ["storage-s-devices"] = () => (Given.Usual(), "solo", new DomainXmlFacts { VolumeDevices = SmallMap<string>.Empty.With("root", "/dev/mapper/snapshot-fd01:7-fd01:8") }),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_definition_is_the_written_one(string name)
    {
        var (scenario, qube, facts) = Cases[name]();
        Assert.Equal(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "DomainXml", "Written", name + ".xml")),
            DomainXml.Of(scenario.World, scenario.Qube(qube), facts) + "\n");
    }

    [Fact]
    public void Every_written_file_is_compared() => Assert.Equal(
        Cases.Keys.Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "DomainXml", "Written"), "*.xml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    private static Scenario OnLvm() => Given.Usual()
        .Given(draft => Pools.Add(
            draft,
            PoolDesign.Parse("lvm_thin", "name=lvm\nvolume_group=qubes-vg\nthin_pool=pool\nephemeral_volatile=True"u8.ToArray()),
            PoolSetup.Done))
        .Given(draft => QubeCreation.Create(draft, new NewQube(
            QubeClass.StandaloneVM, "a-b_c", 1, null, "lvm", [], new QubeId(new Guid("11111111-2222-3333-4444-555555555555")), 7)));
}
