using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Writes a world as the store <c>qubes.xml</c>, in the original's format.</summary>
/// <remarks>The same world gives the same bytes. Source: spec, qubes-xml 1 to 5; tags sorted and no empty devices, decisions 6.</remarks>
public static class QubesXmlWriter
{
    /// <summary>The whole file.</summary>
    public static byte[] Write(World world)
    {
        var output = new XmlOutput();
        output.Raw("<qubes>\n"u8);
        Labels(output, world);
        Pools(output, world);
        Properties(output, world);
        Qubes(output, world);
        return output.Raw("</qubes>\n"u8).ToArray();
    }

    private static void Labels(XmlOutput output, World world)
    {
        if (world.Labels.IsEmpty)
        {
            output.Raw("  <labels/>\n"u8);
            return;
        }

        output.Raw("  <labels>\n"u8);
        foreach (var label in world.Labels.Values)
        {
            output.Raw("    <label id=\"label-"u8).Number(label.Index).Raw("\" color=\""u8).Value(label.Color).Raw("\">"u8)
                .Text(label.Name).Raw("</label>\n"u8);
        }

        output.Raw("  </labels>\n"u8);
    }

    private static void Pools(XmlOutput output, World world)
    {
        if (world.Pools.Count == 0)
        {
            output.Raw("  <pools/>\n"u8);
            return;
        }

        output.Raw("  <pools>\n"u8);
        foreach (var pool in world.Pools.Items)
        {
            output.Raw("    <pool"u8);
            foreach (var entry in pool.Config.Items)
            {
                output.Raw(" "u8).Text(entry.Name).Raw("=\""u8).Value(entry.Value).Raw("\""u8);
            }

            output.Raw("/>\n"u8);
        }

        output.Raw("  </pools>\n"u8);
    }

    private static void Properties(XmlOutput output, World world)
    {
        var saved = new SavedProperties(world);
        saved.Add(PropertyOrder.Global, world.Properties);
        saved.Write(output, "  "u8);
    }

    private static void Qubes(XmlOutput output, World world)
    {
        if (world.Qubes.IsEmpty)
        {
            output.Raw("  <domains/>\n"u8);
            return;
        }

        output.Raw("  <domains>\n"u8);
        var saved = new SavedProperties(world);
        foreach (var qube in world.InOrder())
        {
            output.Raw("    <domain id=\"domain-"u8).Number(qube.Qid).Raw("\" class=\""u8).Value(qube.ClassName).Raw("\">\n"u8);
            Properties(output, qube, saved);
            Features(output, qube);
            Tags(output, qube);
            Devices(output, qube);
            Volumes(output, world, qube);
            output.Raw("    </domain>\n"u8);
        }

        output.Raw("  </domains>\n"u8);
    }

    private static void Properties(XmlOutput output, Qube qube, SavedProperties saved)
    {
        var order = PropertyOrder.Of(qube.Class);
        saved.Clear();
        saved.Add(order, "name", qube.Name);
        saved.Add(order, "qid", qube.Qid.ToString(CultureInfo.InvariantCulture));
        saved.Add(order, "uuid", qube.Id.ToString());
        saved.Add(order, qube.Properties);
        saved.Write(output, "      "u8);
    }

    private static void Features(XmlOutput output, Qube qube)
    {
        if (qube.Features.Count == 0)
        {
            output.Raw("      <features/>\n"u8);
            return;
        }

        output.Raw("      <features>\n"u8);
        foreach (var (name, value) in qube.Features)
        {
            output.Raw("        <feature name=\""u8).Value(name).Raw("\">"u8).Text(value).Raw("</feature>\n"u8);
        }

        output.Raw("      </features>\n"u8);
    }

    private static void Tags(XmlOutput output, Qube qube)
    {
        if (qube.Tags.IsEmpty)
        {
            output.Raw("      <tags/>\n"u8);
            return;
        }

        output.Raw("      <tags>\n"u8);
        foreach (var tag in qube.Tags)
        {
            output.Raw("        <tag name=\""u8).Value(tag).Raw("\"/>\n"u8);
        }

        output.Raw("      </tags>\n"u8);
    }

    private static void Devices(XmlOutput output, Qube qube)
    {
        if (!qube.IsLocal || qube.Devices.Count == 0)
        {
            return;
        }

        // GroupBy keeps the order in which the classes first appear.
        foreach (var devices in qube.Devices.GroupBy(device => device.Class, StringComparer.Ordinal))
        {
            output.Raw("      <devices class=\""u8).Value(devices.Key).Raw("\">\n"u8);
            foreach (var device in devices)
            {
                Device(output, device);
            }

            output.Raw("      </devices>\n"u8);
        }
    }

    private static void Device(XmlOutput output, DeviceAssignment device)
    {
        output.Raw("        <device backend-domain=\""u8).Value(device.Backend).Raw("\" id=\""u8).Value(device.Port)
            .Raw("\" mode=\""u8).Value(device.Mode).Raw("\" identity=\""u8).Value(device.Device);
        if (device.Options.Count == 0)
        {
            output.Raw("\"/>\n"u8);
            return;
        }

        output.Raw("\">\n"u8);
        foreach (var option in device.Options.Items)
        {
            output.Raw("          <option name=\""u8).Value(option.Name).Raw("\">"u8).Text(option.Value).Raw("</option>\n"u8);
        }

        output.Raw("        </device>\n"u8);
    }

    private static void Volumes(XmlOutput output, World world, Qube qube)
    {
        if (qube.IsDom0 || !qube.IsLocal)
        {
            return;
        }

        if (qube.Volumes.Count == 0)
        {
            output.Raw("      <volume-config/>\n"u8);
            return;
        }

        output.Raw("      <volume-config>\n"u8);
        foreach (var volume in qube.Volumes.Items)
        {
            Volume(output, qube.Class, volume, KernelVolumes.Has(world, volume) ? KernelVolumes.Vid(world, qube) : volume.Vid);
        }

        output.Raw("      </volume-config>\n"u8);
    }

    private static void Volume(XmlOutput output, QubeClass @class, VolumeConfig volume, string vid)
    {
        output.Raw("        <volume name=\""u8).Value(volume.Name).Raw("\" pool=\""u8).Value(volume.Pool).Raw("\" vid=\""u8).Value(vid)
            .Raw("\" revisions_to_keep=\""u8).Number(volume.RevisionsToKeep).Raw("\" rw=\""u8).Raw(Truth(volume.Rw))
            .Raw("\" save_on_stop=\""u8).Raw(Truth(volume.SaveOnStop)).Raw("\" snap_on_start=\""u8).Raw(Truth(volume.SnapOnStart));
        if (volume.Ephemeral is { } ephemeral)
        {
            output.Raw("\" ephemeral=\""u8).Raw(Truth(ephemeral));
        }

        // Without the attribute the class's usual size would count.
        if (volume.SizeBytes != 0 || Domain.Volumes.Usual(@class, volume.Name).SizeBytes != 0)
        {
            output.Raw("\" size=\""u8).Number(volume.SizeBytes);
        }

        if (volume is { SnapOnStart: true, Source: { } source })
        {
            output.Raw("\" source=\""u8).Value(source);
        }

        output.Raw("\"/>\n"u8);
    }

    private static ReadOnlySpan<byte> Truth(bool value) => value ? "True"u8 : "False"u8;
}
