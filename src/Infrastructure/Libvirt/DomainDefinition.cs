using System.Runtime.InteropServices;
using System.Xml;
using System.Xml.Linq;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Definitions of domains, and what a running one's says.</summary>
internal static class DomainDefinition
{
    private const uint WithFirmwareState = 4;
    private const int MostCharacters = 4 * 1024 * 1024;

    /// <summary>Defines a domain, in the place of another of its UUID.</summary>
    /// <exception cref="HypervisorException">The hypervisor refused it.</exception>
    public static bool Define(ConnectionHandle connection, string xml)
    {
        using var defined = LibvirtNative.Define(connection, xml);
        if (!defined.IsInvalid)
        {
            return true;
        }

        // libvirt replaces a definition unless its name is another: that is what is left of a qube that was renamed.
        var error = LibvirtError.Take();
        if (UuidOf(xml) is not { } qube || LibvirtValues.Find(connection, qube) is not { } old)
        {
            throw error.ToException();
        }

        using (old)
        {
            if (LibvirtNative.IsActive(old) != 0 || NameOf(old) == Parse(xml)?.Element("name")?.Value)
            {
                throw error.ToException();
            }

            Undefine(old);
        }

        using var again = LibvirtNative.Define(connection, xml);
        return again.IsInvalid ? throw LibvirtError.Take().ToException() : true;
    }

    /// <summary>Forgets a definition with everything that libvirt keeps for it.</summary>
    /// <exception cref="HypervisorException">The hypervisor refused it.</exception>
    public static void Undefine(DomainHandle domain)
    {
        // Drivers that keep no such state refuse the flag.
        if (LibvirtNative.Undefine(domain, WithFirmwareState) >= 0)
        {
            return;
        }

        LibvirtNative.ResetLastError();
        if (LibvirtNative.Undefine(domain, 0) >= 0)
        {
            return;
        }

        var error = LibvirtError.Take();
        if (error.Code != LibvirtError.NoDomain)
        {
            throw error.ToException();
        }
    }

    /// <summary>The terminal of a domain's first console; null when it has none.</summary>
    /// <exception cref="HypervisorException">The hypervisor could not be asked.</exception>
    public static string? ConsoleOf(DomainHandle domain)
    {
        var text = LibvirtNative.GetXml(domain, 0);
        if (text == 0)
        {
            throw LibvirtError.Take().ToException();
        }

        try
        {
            return TerminalIn(Marshal.PtrToStringUTF8(text) ?? "");
        }
        finally
        {
            LibvirtNative.Free(text);
        }
    }

    /// <summary>The terminal that a domain's XML names; null when it names none.</summary>
    internal static string? TerminalIn(string xml)
    {
        var devices = Parse(xml)?.Element("devices");
        var consoles = (devices?.Elements("console") ?? []).Concat(devices?.Elements("serial") ?? []);
        return consoles
            .Where(console => console.Attribute("type")?.Value == "pty")
            .Select(console => console.Attribute("tty")?.Value ?? console.Element("source")?.Attribute("path")?.Value)
            .FirstOrDefault(path => path is ['/', ..]);
    }

    private static string? NameOf(DomainHandle domain) => Marshal.PtrToStringUTF8(LibvirtNative.GetName(domain));

    private static QubeId? UuidOf(string xml) => Guid.TryParse(Parse(xml)?.Element("uuid")?.Value, out var uuid) ? new QubeId(uuid) : null;

    private static XElement? Parse(string xml)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostCharacters };
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml), settings);
            return XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            return null; // the hypervisor says what is wrong with it
        }
    }
}
