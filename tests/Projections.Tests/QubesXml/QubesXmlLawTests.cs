using System.Text;
using System.Xml;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>What holds for every world.</summary>
public sealed class QubesXmlLawTests
{
    [Fact]
    public void Export_then_import_then_export_gives_the_same_bytes() => Holds(world =>
    {
        var xml = QubesXmlWriter.Write(world);
        Assert.Equal(Encoding.UTF8.GetString(xml), Encoding.UTF8.GetString(QubesXmlWriter.Write(Worlds.ImportWorld(xml))));
    });

    [Fact]
    public void Export_then_import_gives_an_equal_world() => Holds(world =>
        Assert.Equal(Worlds.Facts(Worlds.DevicesByClass(world)), Worlds.Facts(Worlds.ImportWorld(QubesXmlWriter.Write(world)))));

    [Fact]
    public void An_exported_world_is_imported_without_loss() => Holds(world =>
        Assert.DoesNotContain(Worlds.Import(QubesXmlWriter.Write(world)).Warnings, warning => warning.Text != "default_template has no value"));

    [Fact]
    public void The_order_of_the_sections_makes_no_difference() => Holds(world =>
    {
        var root = XElement.Parse(Encoding.UTF8.GetString(QubesXmlWriter.Write(world)), LoadOptions.PreserveWhitespace);
        foreach (var container in root.Descendants("domain").Append(root).ToList())
        {
            container.ReplaceNodes(container.Elements().OrderByDescending(element => element.Name.LocalName, StringComparer.Ordinal).ToList());
        }

        using var turned = new MemoryStream();
        using (var writer = XmlWriter.Create(turned, new XmlWriterSettings { NewLineHandling = NewLineHandling.Entitize }))
        {
            root.WriteTo(writer);
        }

        Assert.Equal(Worlds.Facts(Worlds.DevicesByClass(world)), Worlds.Facts(Worlds.ImportWorld(turned.ToArray())));
    });

    [Fact]
    public void The_same_world_gives_the_same_bytes_however_it_came_about() => Holds(world =>
        Assert.Equal(QubesXmlWriter.Write(world), QubesXmlWriter.Write(Worlds.Fold(WorldEvents.Of(world)))));

    [Fact]
    public void The_random_worlds_hold_everything_that_a_world_can()
    {
        // With fixed seeds: it is about the generator, not about luck.
        var qubes = Enumerable.Range(0, 400).SelectMany(seed => RandomWorld.From(SomeDecisions(seed)).Qubes.Values).ToList();
        var values = qubes.SelectMany(qube => qube.Properties).Select(entry => entry.Value).ToList();
        Assert.Equal(Enum.GetValues<QubeClass>(), qubes.Select(qube => qube.Class).Distinct().Order());
        Assert.Equal(Enum.GetValues<PropertyKind>(), values.Select(value => value.Kind).Distinct().Order());
        Assert.Contains(PropertyValue.NoText, values);
        Assert.Contains(PropertyValue.EmptyText, values);
        Assert.Contains(PropertyValue.NoInteger, values);
        Assert.Contains(PropertyValue.NoQube, values);
        Assert.Contains(values, value => value.AsInteger() > long.MaxValue);
        Assert.Contains(qubes, qube => qube.Class == QubeClass.DispVM && qube.Features.Count > 0 && qube.Volumes.Any(volume => volume.SnapOnStart));
        Assert.Contains(qubes, qube => qube.Features.Any(feature => feature.Value.Length == 0));
        Assert.Contains(qubes, qube => qube.Features.Any(feature => feature.Value.AsSpan().ContainsAny("&<>\"'")));
        Assert.Contains(qubes, qube => qube.Devices.Any(device => device.Options.Count > 1));
        Assert.Contains(qubes, qube => qube.Devices.GroupBy(device => device.Class).Count() > 1);
    }

    [Fact]
    public void A_damaged_store_gives_a_world_or_a_typed_refusal() => Prop.ForAll(
        RandomWorld.Decisions,
        ArbMap.Default.ArbFor<(uint At, uint Kind, byte Value)[]>(),
        (decisions, damages) =>
        {
            var xml = QubesXmlWriter.Write(RandomWorld.From(decisions)).ToList();
            foreach (var (at, kind, value) in damages.Take(5))
            {
                Damage(xml, (int)(at * 7919L % xml.Count), kind, value);
            }

            try
            {
                QubesXmlWriter.Write(Worlds.ImportWorld([.. xml]));
            }
            catch (QubesXmlException exception)
            {
                Assert.NotEmpty(exception.Reason);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static int[] SomeDecisions(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 2000).Select(_ => random.Next(1 << 20))];
    }

    private static void Damage(List<byte> xml, int at, uint kind, byte value)
    {
        switch (kind % 4)
        {
            case 0:
                xml[at] = value;
                break;
            case 1:
                xml.RemoveAt(at);
                break;
            case 2:
                xml.Insert(at, value);
                break;
            default:
                var line = xml.IndexOf((byte)'\n', at);
                xml.RemoveRange(at, (line < 0 ? xml.Count : line) - at);
                break;
        }

        xml.Add((byte)'\n');
    }

    private static void Holds(Action<World> law) =>
        Prop.ForAll(RandomWorld.Decisions, decisions => law(RandomWorld.From(decisions))).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
