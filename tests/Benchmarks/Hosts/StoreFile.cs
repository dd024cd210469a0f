using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>Writes a qubes.xml with the same qubes that <see cref="Population"/> creates, to start a daemon on.</summary>
/// <remarks>Format: spec/qubes-xml.md.</remarks>
public static class StoreFile
{
    private const string Kept = "revisions_to_keep=1 rw=True";
    private static readonly string[] Tags = ["audiovm-dom0", "created-by-dom0", "guivm-dom0"];

    private static readonly (string Colour, string Name)[] Labels =
    [
        ("0xcc0000", "red"), ("0xf57900", "orange"), ("0xedd400", "yellow"), ("0x73d216", "green"),
        ("0x555555", "gray"), ("0x3465a4", "blue"), ("0x75507b", "purple"), ("0x000000", "black"),
    ];

    /// <summary>Writes the file; every qube has the tags and volumes of a created one.</summary>
    public static void Write(string file, int qubes)
    {
        var store = new XElement(
            "qubes",
            new XElement("labels", Labels.Index().Select(label => new XElement(
                "label", new XAttribute("id", $"label-{label.Index + 1}"), new XAttribute("color", label.Item.Colour), label.Item.Name))),
            new XElement(
                "pools",
                Attributes("pool", "name=varlibqubes dir_path=/var/lib/qubes driver=file-reflink revisions_to_keep=1 ephemeral_volatile=False"),
                Attributes("pool", "name=linux-kernel dir_path=/var/lib/qubes/vm-kernels driver=linux-kernel")),
            new XElement(
                "properties", Property("default_kernel", Population.Kernel), Property("default_pool_kernel", "linux-kernel")),
            new XElement("domains", Domains(qubes)));
        var format = new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, Encoding = new UTF8Encoding(false) };
        using var writer = XmlWriter.Create(file, format);
        store.Save(writer);
    }

    private static IEnumerable<XElement> Domains(int qubes)
    {
        yield return new(
            "domain", new XAttribute("id", "domain-0"), new XAttribute("class", "AdminVM"),
            new XElement("properties", Property("label", "black")), new XElement("features"), new XElement("tags"));
        foreach (var number in Enumerable.Range(1, qubes).OrderBy(Population.Name, StringComparer.Ordinal))
            yield return Qube("AppVM", Population.Name(number), "red", number + 1);
        yield return Qube("TemplateVM", "tpl", "black", 1);
    }

    private static XElement Qube(string klass, string name, string label, int qid)
    {
        var isTemplate = klass == "TemplateVM";
        var folder = isTemplate ? "vm-templates" : "appvms";
        var root = isTemplate
            ? "save_on_stop=True snap_on_start=False size=10737418240"
            : "save_on_stop=False snap_on_start=True size=10737418240 source=vm-templates/tpl/root";
        var image = $"pool=varlibqubes vid={folder}/{name}";
        const string Kernel = $"pool=linux-kernel vid={Population.Kernel} revisions_to_keep=0 rw=False";
        return new(
            "domain", new XAttribute("id", $"domain-{qid}"), new XAttribute("class", klass),
            new XElement(
                "properties",
                Property("label", label), Property("name", name), Property("qid", $"{qid}"),
                Property("uuid", $"{qid:x8}-0000-4000-8000-000000000000"), isTemplate ? null : Property("template", "tpl")),
            new XElement("features"),
            new XElement("tags", Tags.Select(tag => new XElement("tag", new XAttribute("name", tag)))),
            new XElement(
                "volume-config",
                Attributes("volume", $"name=root {image}/root {Kept} {root}"),
                Attributes("volume", $"name=private {image}/private {Kept} save_on_stop=True snap_on_start=False size=2147483648"),
                Attributes("volume", $"name=volatile {image}/volatile {Kept} save_on_stop=False snap_on_start=False size=10737418240"),
                Attributes("volume", $"name=kernel {Kernel} save_on_stop=False snap_on_start=False")));
    }

    private static XElement Property(string name, string value) => new("property", new XAttribute("name", name), value);

    private static XElement Attributes(string element, string attributes) => new(
        element, attributes.Split(' ').Select(pair => pair.Split('=', 2)).Select(pair => new XAttribute(pair[0], pair[1])));
}
