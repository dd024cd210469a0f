using System.Collections.Immutable;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The devices that are emulated for an HVM, in a domain beside it.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (hvm devices).</remarks>
internal static class EmulationXml
{
    private const string FullImage = "/usr/libexec/xen/boot/qemu-stubdom-linux-full-";
    private const int KiBPerMiB = 1024;

    internal static ImmutableArray<XElement> Of(World world, Qube qube)
    {
        var video = DeviceModel.VideoModel(world, qube);
        return
        [
            Emulator(world, qube),
            new XElement("input", new XAttribute("type", "tablet"), new XAttribute("bus", "usb")),
            .. DeviceModel.SoundModel(world, qube) is { } sound ? [new XElement("sound", new XAttribute("model", sound))] : (XElement[])[],
            .. video is not null ? [new XElement("video", new XElement("model", new XAttribute("type", video)))] : (XElement[])[],
            .. video is not null && DeviceModel.IsLinux(world, qube) ? [Graphics(world, qube)] : (XElement[])[],
        ];
    }

    private static XElement Emulator(World world, Qube qube) => new(
        "emulator",
        new XAttribute("type", DeviceModel.IsLinux(world, qube) ? "stubdom-linux" : "stubdom"),
        new XAttribute("cmdline", EmulatorOptions.Of(world, qube)),
        Amount.Find(world, qube, "stubdom_mem") is { } memory ? new XAttribute("memory", Amount.Text(memory * KiBPerMiB)) : null,
        DeviceModel.IsFull(world, qube) ? new XAttribute("kernel", FullImage + "kernel") : null,
        DeviceModel.IsFull(world, qube) ? new XAttribute("ramdisk", FullImage + "rootfs") : null);

    private static XElement Graphics(World world, Qube qube) => new(
        "graphics",
        new XAttribute("type", "qubes"),
        PropertyValues.GetQube(world, qube, "guivm") is { IsDom0: false } guivm && PowerStates.Active(world, guivm.Id) is not null
            ? new XAttribute("domain", guivm.Name)
            : null,
        EmulatorOptions.IsDebugged(world, qube) ? new XAttribute("log_level", "2") : null);
}
