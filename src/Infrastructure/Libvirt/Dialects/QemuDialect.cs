using System.Xml.Linq;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Domains of QEMU with software emulation: a kernel, memory, a serial console, and nothing else.</summary>
public sealed class QemuDialect : IDomainDialect
{
    private const string Emulator = "/usr/bin/qemu-system-x86_64";

    /// <inheritdoc/>
    public string Define(PlainDomain domain)
    {
        var xml = DomainDialects.Start(domain, "qemu");
        xml.Add(
            new XElement(
                "os",
                new XElement("type", new XAttribute("arch", "x86_64"), new XAttribute("machine", "pc"), "hvm"),
                Optional("kernel", domain.Kernel),
                Optional("initrd", domain.InitialDisk),
                Optional("cmdline", domain.Kernel is null ? null : domain.KernelArguments)),

            // Without it the guest never hears that it is asked to shut down.
            new XElement("features", new XElement("acpi")),
            new XElement("pm", new XElement("suspend-to-mem", new XAttribute("enabled", "yes"))),
            new XElement(
                "devices",
                new XElement("emulator", Emulator),
                new XElement("serial", new XAttribute("type", "pty")),
                new XElement("memballoon", new XAttribute("model", "none"))));
        return xml.ToString(SaveOptions.DisableFormatting);
    }

    private static XElement? Optional(string name, string? value) => string.IsNullOrEmpty(value) ? null : new XElement(name, value);
}
