using System.Text.RegularExpressions;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The values of a qube that templates use.</summary>
internal sealed partial class TemplateValues(World world, Qube qube)
{
    /// <summary>Puts values in for <c>${name}</c>; <c>$${</c> stands for <c>${</c>.</summary>
    /// <exception cref="TemplateException">There is no such value.</exception>
    internal string Fill(string text) => Place.Replace(text, match => match.Value == "$${" ? "${" : Get(match.Groups[1].Value));

    /// <summary>A value; empty when it has none.</summary>
    /// <exception cref="TemplateException">There is no such value.</exception>
    internal string Get(string name) => name.Split('.', 2) switch
    {
        ["name"] => qube.Name,
        ["uuid"] => qube.Id.ToString(),
        ["class"] => qube.ClassName,
        ["property", var property] => Property(property),
        ["feature", var feature] => FeatureLookup.WithTemplate(world, qube, feature) ?? "",
        _ => throw Unknown(name),
    };

    private string Property(string name) => PropertyCatalog.Find(qube.Class, name) is { } property
        ? PropertyValues.Show(world, PropertyValues.Get(world, qube, property), "")
        : throw Unknown("property." + name);

    private static TemplateException Unknown(string name) => new($"there is no value '{name}'");

    [GeneratedRegex(@"\$\$\{|\$\{([^{}]*)\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Place { get; }
}
