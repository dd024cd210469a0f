using System.Globalization;
using System.Xml.Linq;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Which dialect a connection takes.</summary>
public static class DomainDialects
{
    /// <summary>The dialect for a URI: <c>test:</c> and <c>qemu:</c>, with or without a transport (<c>qemu+unix:</c>); null for others, such as
    /// <c>xen:</c>, that take the full definition.</summary>
    public static IDomainDialect? For(string uri) => uri.Split(':', '+')[0] switch
    {
        "test" => new TestDialect(),
        "qemu" => new QemuDialect(),
        _ => null,
    };

    /// <summary>What both dialects say alike.</summary>
    internal static XElement Start(PlainDomain domain, string type) => new(
        "domain",
        new XAttribute("type", type),
        new XElement("name", domain.Name),
        new XElement("uuid", domain.Qube.ToString()),
        new XElement("memory", new XAttribute("unit", "MiB"), domain.MemoryMiB.ToString(CultureInfo.InvariantCulture)),
        new XElement("vcpu", domain.Processors.ToString(CultureInfo.InvariantCulture)),
        new XElement("on_poweroff", "destroy"),
        new XElement("on_reboot", "destroy"),
        new XElement("on_crash", "destroy"));
}
