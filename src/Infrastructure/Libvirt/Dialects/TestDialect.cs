using System.Xml.Linq;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Domains of libvirt's test driver, which runs nothing: it only keeps the states.</summary>
public sealed class TestDialect : IDomainDialect
{
    /// <inheritdoc/>
    public string Define(PlainDomain domain)
    {
        var xml = DomainDialects.Start(domain, "test");
        xml.Add(new XElement("os", new XElement("type", "hvm")));
        return xml.ToString(SaveOptions.DisableFormatting);
    }
}
