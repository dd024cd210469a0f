using System.Collections.Immutable;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The disks of a qube: its volumes, then the block devices that it needs.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (disks, required block assignments), devices 6.</remarks>
internal static class DiskXml
{
    private const string Script = "/etc/xen/scripts/qubes-block";
    private static readonly Version FirstWithScript = new(4, 2);

    internal static ImmutableArray<XElement> Of(World world, Qube qube, DomainXmlFacts facts)
    {
        var hasKernel = QubeKernel.Name(world, qube).Length > 0;
        var disks = ImmutableArray.CreateBuilder<XElement>();
        var used = new HashSet<string>(StringComparer.Ordinal);
        AddVolumes(disks, used, world, qube, facts);

        var devices = RequiredDevices.Of(world, qube, BlockDevice.Class).ToList();
        var targets = BlockFrontends.ForAll([.. devices.Select(device => device.Assignment)], used, hasKernel);
        disks.AddRange(devices.Zip(targets, (device, target) => Device(world, device.Assignment, device.Device, target)));
        return disks.ToImmutable();
    }

    /// <summary>A block device under the name that the qube shall see.</summary>
    internal static XElement Device(World world, DeviceAssignment assignment, DeviceAddress device, string target)
    {
        // Other options are none of a disk's: the original leaves them aside here, and so do we.
        BlockOptions.Check([.. assignment.Options.Where(option => option.Name is BlockFrontends.Option or "read-only" or "devtype")], isReadOnly: false);
        if (world.Find(device.Backend) is not { } backend || device.Port.Contains("..", StringComparison.Ordinal))
        {
            throw RequiredDevices.Missing(assignment); // also what would lead out of the folder of devices
        }

        return Disk(
            BlockOptions.IsCdRom(assignment) ? "cdrom" : "disk",
            "/dev/" + device.Port.Replace('_', '/'),
            target,
            BlockOptions.IsReadOnly(assignment),
            backend.IsDom0 ? null : new XElement("backenddomain", new XAttribute("name", backend.Name)),
            HasScript(world, backend));
    }

    private static void AddVolumes(ImmutableArray<XElement>.Builder disks, HashSet<string> used, World world, Qube qube, DomainXmlFacts facts)
    {
        var extra = 0;
        foreach (var volume in qube.Volumes)
        {
            var found = VolumeLookup.Find(world, VolumeAddress.OfQube(qube.Id, volume.Name));
            var target = BlockFrontends.OfVolume(volume.Name, extra);
            extra += Volumes.Names.Contains(volume.Name) ? 0 : 1;
            if (found.IsKernel && QubeKernel.Installed(world, found.Vid) is not { HasModules: true })
            {
                continue;
            }

            var path = facts.VolumeDevices.Find(volume.Name) ?? VolumePaths.DeviceOf(world, found);
            if (path.Length == 0)
            {
                throw new StorageRefusedException($"Volume {volume.Name} of {qube.Name} has no device");
            }

            used.Add(target);
            disks.Add(Disk("disk", path, target, !volume.Rw, null, hasScript: true));
        }
    }

    private static XElement Disk(string kind, string path, string target, bool isReadOnly, XElement? backend, bool hasScript) => new(
        "disk",
        new XAttribute("type", "block"),
        new XAttribute("device", kind),
        new XElement("driver", new XAttribute("name", "phy")),
        new XElement("source", new XAttribute("dev", path)),
        new XElement("target", new XAttribute("dev", target)),
        isReadOnly ? new XElement("readonly") : null,
        backend,
        hasScript ? new XElement("script", new XAttribute("path", Script)) : null);

    // Agents before 4.2 do not bring the script (recorded: v-disk-net, v-disk-net42).
    private static bool HasScript(World world, Qube backend) => backend.IsDom0 ||
        (Version.TryParse(FeatureLookup.WithTemplate(world, backend, "qubes-agent-version"), out var version) && version >= FirstWithScript);
}
