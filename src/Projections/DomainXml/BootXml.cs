using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What a qube is started with: firmware, or a kernel of the host's with its options.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (os, kernel path, cmdline). An HVM gets the options all the same: its firmware hands them on.</remarks>
internal static class BootXml
{
    internal static XElement Of(World world, Qube qube, string mode) => new(
        "os",
        mode switch
        {
            "hvm" => Type("xenfv", "hvm"),
            "pvh" => Type("xenpvh", "xenpvh"),
            _ => Type("xenpv", "linux"),
        },
        mode == "hvm" ? Firmware(world, qube) : Kernel(world, qube, mode),
        KernelCommandLine.Of(world, qube) is { } options ? new XElement("cmdline", options) : null);

    private static XElement Type(string machine, string name) =>
        new("type", new XAttribute("arch", "x86_64"), new XAttribute("machine", machine), name);

    private static IEnumerable<XElement> Firmware(World world, Qube qube) =>
    [
        FeatureLookup.WithTemplate(world, qube, "uefi") is { Length: > 0 }
            ? new XElement("loader", new XAttribute("type", "pflash"), "/usr/share/edk2/xen/OVMF.fd")
            : new XElement("loader", new XAttribute("type", "rom"), "hvmloader"),
        new XElement("boot", new XAttribute("dev", "cdrom")),
        new XElement("boot", new XAttribute("dev", "hd")),
    ];

    private static IEnumerable<XElement> Kernel(World world, Qube qube, string mode)
    {
        yield return new XElement("kernel", QubeKernel.Image(world, qube, mode));
        if (QubeKernel.Initramfs(world, qube) is { } initramfs)
        {
            yield return new XElement("initrd", initramfs);
        }
    }
}
