using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>Disposables that are kept ready: how many a template wants, and which there are.</summary>
/// <remarks>Source: spec, lifecycle.md 12, preloaded disposables.</remarks>
public static class Preload
{
    /// <summary>The feature of a template, or of dom0, that says how many are wanted.</summary>
    public const string MaxFeature = "preload-dispvm-max";

    /// <summary>The feature of a template that names those there are.</summary>
    public const string ListFeature = "preload-dispvm";

    /// <summary>Whether the class has templates of disposables.</summary>
    public static bool CanHave(Qube qube) => qube.Class is QubeClass.AppVM or QubeClass.StandaloneVM;

    /// <summary>The names that the template's list holds.</summary>
    public static string[] Listed(Qube template) => Names(template.Features.Find(ListFeature));

    /// <summary>The names in a value of the list.</summary>
    public static string[] Names(string? list) => (list ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether the template's list holds the disposable.</summary>
    public static bool Lists(World world, Qube qube) =>
        Templates.Of(world, qube) is { } template && Listed(template).Contains(qube.Name, StringComparer.Ordinal);

    /// <summary>How many the template wants: what dom0 says rules for the system's default template.</summary>
    public static int Wanted(World world, Qube template)
    {
        var value = IsRuledByDom0(world, template) ? world.Dom0.Features.Find(MaxFeature) : template.Features.Find(MaxFeature);
        return IsNumber(value) ? int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? wanted : int.MaxValue : 0;
    }

    /// <summary>Whether the template is the system's default and dom0 says how many it wants.</summary>
    public static bool IsRuledByDom0(World world, Qube template) =>
        DefaultTemplate(world)?.Id == template.Id && world.Dom0.Features.ContainsKey(MaxFeature);

    /// <summary>The system's default template of disposables, or null.</summary>
    public static Qube? DefaultTemplate(World world) => PropertyValues.GetQube(world, null, "default_dispvm");

    /// <summary>Whether a value consists of digits alone.</summary>
    public static bool IsNumber(string? value) => !string.IsNullOrEmpty(value) && value.All(char.IsAsciiDigit);
}
