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

    /// <summary>The feature of a template, or of dom0, that says how long to wait before another one is made.</summary>
    public const string DelayFeature = "preload-dispvm-delay";

    /// <summary>The feature of dom0 that says how much memory is to be left free, in MiB.</summary>
    public const string ThresholdFeature = "preload-dispvm-threshold";

    /// <summary>The feature of a disposable: <c>1</c> while it is made or handed over, empty while it waits; gone once it is used.</summary>
    /// <remarks>With the list it says all: on the list and <c>1</c>, it is being made; on the list and empty, it waits; off the list and <c>1</c>, somebody
    /// took it; off the list and empty, nobody wants it.</remarks>
    public const string InProgressFeature = "preload-dispvm-in-progress";

    /// <summary>The feature of a disposable that became ready.</summary>
    public const string CompletedFeature = "preload-dispvm-completed";

    /// <summary>The event that tells a template to look after its disposables.</summary>
    public const string StartEvent = "domain-preload-dispvm-start";

    /// <summary>The event that tells a template that one of its disposables is in use now.</summary>
    public const string UsedEvent = "domain-preload-dispvm-used";

    /// <summary>The services without which nobody can tell when a disposable is ready.</summary>
    public static readonly EquatableArray<string> NeededServices = ["qubes.WaitForRunningSystem", "qubes.WaitForSession"];

    private const double UsualDelaySeconds = 3;

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

    /// <summary>Whether the qube waits to be used, is being made for that, or is being handed over.</summary>
    public static bool IsPreloaded(Qube qube) => qube.Class == QubeClass.DispVM && qube.Features.ContainsKey(InProgressFeature);

    /// <summary>Whether the qube became ready.</summary>
    public static bool IsCompleted(Qube qube) => !string.IsNullOrEmpty(qube.Features.Find(CompletedFeature));

    /// <summary>Whether the qube was made to wait but is on no list any more, and nobody took it.</summary>
    public static bool IsDropped(World world, Qube qube) =>
        qube.Class == QubeClass.DispVM && qube.Features.Find(InProgressFeature) is "" && !Lists(world, qube);

    /// <summary>Whether the qube was taken off the list by somebody who has it not yet.</summary>
    public static bool IsTaken(World world, Qube qube) =>
        qube.Class == QubeClass.DispVM && qube.Features.Find(InProgressFeature) is { Length: > 0 } && !Lists(world, qube);

    /// <summary>How long to wait before another one is made after one was used, in seconds; negative: not before the last one is used.</summary>
    /// <remarks>What dom0 says rules where its number does.</remarks>
    public static double DelaySeconds(World world, Qube template)
    {
        var (own, global) = (template.Features.Find(DelayFeature), world.Dom0.Features.Find(DelayFeature));
        var value = IsRuledByDom0(world, template) ? global ?? own : own ?? global;
        return value is not null && TryParseSeconds(value, out var seconds) ? seconds : UsualDelaySeconds;
    }

    /// <summary>How much memory is to be left free, in bytes; 0 where nothing is said.</summary>
    public static long ThresholdBytes(World world)
    {
        var value = world.Dom0.Features.Find(ThresholdFeature);
        return !IsNumber(value) ? 0 : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var mib) && mib < long.MaxValue >> 20 ? mib << 20 : long.MaxValue;
    }

    /// <summary>The needed services that the template does not have.</summary>
    public static IEnumerable<string> MissingServices(World world, Qube template) =>
        NeededServices.Where(service => string.IsNullOrEmpty(FeatureLookup.WithTemplate(world, template, "supported-rpc." + service)));

    /// <summary>Whether a value is a number of seconds: digits, a point, an exponent, and underscores between digits; a delay that never ends is none.</summary>
    public static bool TryParseSeconds(string value, out double seconds)
    {
        var text = value.Trim(' ');
        seconds = 0;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '_' && !(index > 0 && index + 1 < text.Length && char.IsAsciiDigit(text[index - 1]) && char.IsAsciiDigit(text[index + 1])))
            {
                return false;
            }
        }

        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text.Replace("_", "", StringComparison.Ordinal), styles, CultureInfo.InvariantCulture, out seconds) &&
            double.IsFinite(seconds);
    }

    /// <summary>Whether a value consists of digits alone.</summary>
    public static bool IsNumber(string? value) => !string.IsNullOrEmpty(value) && value.All(char.IsAsciiDigit);
}
