using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The documentation comments of an assembly, as plain text.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> members;

    private DocComments(XDocument file) =>
        members = file.Descendants("member").GroupBy(member => (string)member.Attribute("name")!).ToDictionary(group => group.Key, group => group.First());

    /// <summary>Those that the compiler put beside the assembly.</summary>
    internal static DocComments Of(Assembly assembly) => new(XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")));

    /// <summary>What a type is.</summary>
    internal string Summary(Type type) => Text(Find("T:" + type.FullName)?.Element("summary"));

    /// <summary>What a value of an enumeration means.</summary>
    internal string Field(Type type, string name) => Text(Find($"F:{type.FullName}.{name}")?.Element("summary"));

    /// <summary>What a property holds: its own comment, or that of the record's parameter, also one of its base; empty where the name says it all.</summary>
    internal string Of(PropertyInfo property)
    {
        for (var type = property.ReflectedType; type is not null && type != typeof(object); type = type.BaseType)
        {
            var found = Text(Find($"P:{type.FullName}.{property.Name}")?.Element("summary"));
            found = found.Length > 0 ? found : Text(Find("T:" + type.FullName)?.Elements("param").FirstOrDefault(param => (string?)param.Attribute("name") == property.Name));
            if (found.Length > 0)
            {
                return found;
            }
        }

        return property.Name == "Qube" ? "The qube." : "";
    }

    private XElement? Find(string name) => members.GetValueOrDefault(name.Replace('+', '.'));

    private static string Text(XElement? element) =>
        element is null ? "" : Spaces().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" } reference => Link((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? (string?)reference.Attribute("langword") ?? ""),
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => other.Value,
        _ => "",
    };

    private static string Link(string reference) => $"`{reference.Split('(')[0].Split('.', ':')[^1]}`";

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
