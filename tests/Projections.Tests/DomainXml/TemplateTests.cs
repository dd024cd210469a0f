using System.Xml.Linq;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Templates with which a user changes definitions: docs/domain-xml.md.</summary>
public sealed class TemplateTests : IDisposable
{
    private const string Head = "<domain type='xen' xmlns:q='urn:qubes-cqrs:domain'>";

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("qubes-templates");
    private readonly DomainDefinitions definitions;
    private Scenario scenario = Given.Usual();

    public TemplateTests() => definitions = new DomainDefinitions(new RootedPaths(root.FullName));

    public void Dispose() => root.Delete(true);

    [Fact]
    public void Without_a_template_the_built_in_definition_counts() => Assert.Equal(scenario.Xml("solo"), Domain());

    [Theory]
    [InlineData("<q:part name='domain' xmlns:q='urn:qubes-cqrs:domain'/>")]
    [InlineData(Head + "<q:part name='head'/><devices><q:part name='devices'/></devices></domain>")]
    [InlineData(Head + """
        <q:part name='identity'/> <q:part name='memory'/> <q:part name='vcpu'/> <q:part name='cpu'/> <q:part name='os'/> <features><q:inside name='features'/></features>
        <q:part name='clock'/> <q:part name='endings'/>
        <devices><q:part name='disks'/><q:part name='network'/><q:part name='pci'/><q:part name='emulation'/><q:part name='console'/></devices></domain>
        """)]
    public void The_parts_make_up_the_whole(string template)
    {
        Write("/etc", "xen-user", template);
        Assert.Equal(scenario.Xml("solo"), Domain());
    }

    [Fact]
    public void Parts_are_extended_and_replaced()
    {
        Write("/etc", "xen-user", Head + """
            <!-- a remark -->
            <q:part name='identity'/><memory unit='MiB'>7</memory><os><q:inside name='os'/><bios useserial='yes'/></os>
            <devices><q:part name='devices'/><hostdev type='usb'/></devices></domain>
            """);
        var xml = XElement.Parse(Domain());
        Assert.Equal("7", xml.Element("memory")!.Value);
        Assert.Equal(["type", "kernel", "initrd", "cmdline", "bios"], xml.Element("os")!.Elements().Select(element => element.Name.LocalName));
        Assert.Equal("usb", xml.Element("devices")!.Elements().Last().Attribute("type")!.Value);
        Assert.DoesNotContain("urn:", Domain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_put_in_as_text_and_never_as_markup()
    {
        const string hostile = "\"/><evil a='&${name}";
        scenario = scenario.Feature("solo", "x-y", hostile);
        Write("/etc", "xen-user", Head + "<q:part name='identity'/><description a='${feature.x-y}'>" +
            "${name} ${uuid} ${class} ${property.memory} ${property.netvm} $${name} ${feature.none} ${feature.x-y}</description></domain>");
        var description = XElement.Parse(Domain()).Element("description")!;
        Assert.Equal(hostile, description.Attribute("a")!.Value);
        Assert.Equal($"solo {scenario.Id("solo")} StandaloneVM 400 net ${{name}}  {hostile}", description.Value);
    }

    [Fact]
    public void Conditions_look_at_values()
    {
        Write("/etc", "xen-user", Head + """
            <q:part name='identity'/>
            <q:if value='feature.a'><a/></q:if><q:unless value='feature.a'><no-a/></q:unless>
            <q:if value='property.virt_mode' is='pvh'><pvh/></q:if><q:if value='property.virt_mode' is='hvm'><hvm/></q:if>
            </domain>
            """);
        Assert.Equal(["no-a", "pvh"], XElement.Parse(Domain()).Elements().Skip(2).Select(element => element.Name.LocalName));
        scenario = scenario.Feature("solo", "a", "1");
        Assert.Equal(["a", "pvh"], XElement.Parse(Domain()).Elements().Skip(2).Select(element => element.Name.LocalName));
    }

    [Fact]
    public void The_closest_template_counts()
    {
        Write("/usr/share", "xen", Marked("never read"));
        Assert.DoesNotContain("never read", Domain(), StringComparison.Ordinal);
        foreach (var (folder, name) in new[]
        {
            ("/etc", "xen"), ("/usr/share", "xen-dist"), ("/etc", "xen-dist"), ("/usr/share", "xen-user"), ("/etc", "xen-user"),
            ("/usr/share", "xen/by-name/solo"), ("/etc", "xen/by-name/solo"),
        })
        {
            Write(folder, name, Marked($"{folder} {name}"));
            Assert.Equal($"{folder} {name}", XElement.Parse(Domain()).Element("description")!.Value);
        }

        Assert.Equal("/etc xen-user", XElement.Parse(definitions.Domain(scenario.World, scenario.Qube("work"))).Element("description")!.Value);
    }

    [Theory]
    [InlineData("{% extends 'libvirt/xen.xml' %}", "Data at the root level is invalid. Line 1, position 1. (templates are XML and no Jinja: docs/domain-xml.md)")]
    [InlineData("<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/>", "DTD is prohibited")]
    [InlineData("<domain>&x;</domain>", "Reference to undeclared entity 'x'")]
    [InlineData(Head + "<name>other</name><uuid>${uuid}</uuid></domain>", "its result is no <domain> with the name and the uuid of the qube")]
    [InlineData(Head + "<q:part name='identity'/><q:part name='identity'/></domain>", "its result is no <domain> with the name and the uuid of the qube")]
    [InlineData("<network/>", "its result is no <domain> with the name and the uuid of the qube")]
    [InlineData("<q:part name='identity' xmlns:q='urn:qubes-cqrs:domain'/>", "it does not give one element")]
    [InlineData("<q:if value='name' xmlns:q='urn:qubes-cqrs:domain'>text</q:if>", "it does not give one element")]
    [InlineData(Head + "<q:part name='moon'/></domain>", "there is no part 'moon'")]
    [InlineData(Head + "<q:part/></domain>", "'part' needs an attribute 'name'")]
    [InlineData(Head + "<q:for/></domain>", "there is no instruction 'for'")]
    [InlineData(Head + "${property.moon}</domain>", "there is no value 'property.moon'")]
    [InlineData(Head + "<a b='${moon}'/></domain>", "there is no value 'moon'")]
    [InlineData(Head + "<q:part name='identity'/><a>&#xB;</a></domain>", "is an invalid character")]
    public void A_template_that_fails_is_named_with_its_reason(string template, string reason)
    {
        Write("/etc", "xen-user", template);
        var message = Refusal();
        Assert.StartsWith($"The template {root.FullName}/etc/qubes/templates/libvirt/xen-user.xml cannot be used for solo: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Templates_are_bounded()
    {
        Write("/etc", "xen-user", Head + new string(' ', 64 * 1024) + "</domain>");
        Assert.EndsWith("it has more than 65536 bytes", Refusal(), StringComparison.Ordinal);
        Write("/etc", "xen-user", Head + string.Concat(Enumerable.Repeat("<a>", 5000)) + string.Concat(Enumerable.Repeat("</a>", 5000)) + "</domain>");
        Assert.EndsWith("its elements are nested more than 64 deep", Refusal(), StringComparison.Ordinal);
        Write("/etc", "xen-user", Head + string.Concat(Enumerable.Repeat("<q:part name='disks'/>", 101)) + "</domain>");
        Assert.EndsWith("it uses more than 100 parts", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_names_every_part()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "DomainXml", "domain-xml.md"));
        var rows = page[page.IndexOf("| part |", StringComparison.Ordinal)..].Split("\n\n")[0].Split('\n').Skip(2).Select(row => row.Split('`')[1]);
        Assert.Equal(
            ["domain", "head", "devices", .. DomainXml.Parts(scenario.World, scenario.Qube("solo"), DomainXmlFacts.None).Select(part => part.Name)], rows);
    }

    [Fact]
    public void The_page_s_example_works()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "DomainXml", "domain-xml.md"));
        Write("/etc", "xen-user", page.Split("```xml\n")[1].Split("```")[0]);
        scenario = scenario.Feature("solo", "no-hap", "1");
        var xml = XElement.Parse(Domain());
        Assert.Equal("off", xml.Element("features")!.Element("hap")!.Attribute("state")!.Value);
        Assert.Equal("/var/log/xen/serial-solo.log", xml.Element("devices")!.Elements().Last().Element("source")!.Attribute("path")!.Value);
    }

    private static string Marked(string text) => Head + $"<q:part name='head'/><description>{text}</description></domain>";

    private string Domain() => definitions.Domain(scenario.World, scenario.Qube("solo"));

    private string Refusal() => Assert.Throws<RefusedException>(Domain).Message;

    private void Write(string folder, string name, string template)
    {
        var path = $"{root.FullName}{folder}/qubes/templates/libvirt/{name}.xml";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, template);
    }
}
