using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Small stores written by hand.</summary>
internal static class Xml
{
    public const string Labels = """<labels><label id="label-1" color="0xcc0000">red</label></labels>""";

    public const string Dom0 = """<domain id="domain-0" class="AdminVM"><properties/><features/><tags/></domain>""";

    /// <summary>A store of these domains; dom0 and a pool are there.</summary>
    public static string Store(string domains, string globals = "") =>
        $"""
        <qubes>
        {Labels}
        <pools><pool name="vars" dir_path="/var/lib/qubes" driver="file" revisions_to_keep="1" ephemeral_volatile="False"/></pools>
        <properties>{globals}</properties>
        <domains>{Dom0}{domains}</domains>
        </qubes>
        """;

    /// <summary>A qube; <paramref name="properties"/> as <c>name=value</c>.</summary>
    public static string Domain(string @class, string name, int qid, string rest = "", params string[] properties)
    {
        var uuid = new Guid(qid, 0, 0, [0, 0, 0, 0, 0, 0, 0, 9]);
        var own = string.Concat(properties.Select(property => Property(property.Split('=', 2))));
        return $"""
            <domain id="domain-{qid}" class="{@class}"><properties>{Property(["name", name])}{Property(["qid", $"{qid}"])}{Property(["uuid", $"{uuid}"])}{own}</properties>{rest}</domain>
            """;
    }

    public static string Property(params string[] nameAndValue) => $"""<property name="{nameAndValue[0]}">{nameAndValue[1]}</property>""";

    public static QubesXmlImport Read(string xml) => Worlds.Import(Encoding.UTF8.GetBytes(xml));

    public static World World(string xml) => Worlds.Fold(Read(xml).Events);

    public static Qube Qube(string xml, string name) => World(xml).Find(name) ?? throw new InvalidOperationException(name);

    public static QubesXmlException Refusal(string xml) => Assert.Throws<QubesXmlException>(() => Read(xml));

    public static void Warns(string xml, string text) => Assert.Contains(Read(xml).Warnings, warning => warning.Text.Contains(text, StringComparison.Ordinal));
}
