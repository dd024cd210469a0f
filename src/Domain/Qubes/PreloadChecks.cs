using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>What the features of preloaded disposables accept.</summary>
/// <remarks>Source: spec, lifecycle.md 12; addenda 8.</remarks>
public sealed class PreloadChecks : Reaction
{
    /// <inheritdoc/>
    public override void BeforeFeatureSet(Draft draft, FeatureChange change)
    {
        if (!change.Feature.StartsWith("preload-dispvm", StringComparison.Ordinal) || !(change.Qube.IsDom0 || Preload.CanHave(change.Qube)))
        {
            return;
        }

        var value = change.New ?? "";
        switch (change.Feature)
        {
            case Preload.MaxFeature when change.Qube.IsDom0:
                CheckDefaultTemplate(draft, change);
                break;
            case Preload.MaxFeature:
                CheckMax(draft.World, change.Qube, value);
                break;
            case Preload.ListFeature when !change.Qube.IsDom0:
                CheckList(draft.World, change.Qube, value);
                break;
            case Preload.DelayFeature when !Preload.TryParseSeconds(value, out _):
                throw new InvalidValueException("Invalid preload-dispvm-delay value: not an integer or float");
            case Preload.ThresholdFeature when change.Qube.IsDom0 && !Preload.IsNumber(value):
                throw new InvalidValueException("Invalid preload-dispvm-threshold value: not a digit");
        }
    }

    // What dom0 says holds for the default template, so that one is asked.
    private static void CheckDefaultTemplate(Draft draft, FeatureChange change)
    {
        if (Preload.DefaultTemplate(draft.World) is { } template)
        {
            Features.Announce(draft, "domain-feature-pre-set:", change with { Qube = template, Old = change.Old ?? "None" });
            CheckMax(draft.World, template, change.New ?? "");
        }
    }

    private static void CheckMax(World world, Qube template, string value)
    {
        if (string.IsNullOrEmpty(FeatureLookup.WithTemplate(world, template, "qrexec")))
        {
            throw new InvalidValueException("Qube does not support qrexec");
        }

        var missing = Preload.MissingServices(world, template).ToList();
        if (missing.Count > 0)
        {
            throw new InvalidValueException($"Qube does not support the RPC(s) '{string.Join(", ", missing)}'");
        }

        if (!Preload.IsNumber(value))
        {
            throw new InvalidValueException("Invalid preload-dispvm-max value: not a digit");
        }
    }

    private static void CheckList(World world, Qube template, string value)
    {
        var (before, names, wanted) = (Preload.Listed(template), Preload.Names(value), Preload.Wanted(world, template));
        if (names.Length > before.Length && names.Length > wanted)
        {
            throw new InvalidValueException(string.Create(CultureInfo.InvariantCulture,
                $"Invalid preload-dispvm value: can't increment: qube count ({names.Length}) is either bigger than old count ({before.Length}) or preload-dispvm-max ({wanted})"));
        }

        if (names.Distinct(StringComparer.Ordinal).Count() < names.Length)
        {
            throw new InvalidValueException("Invalid preload-dispvm value: a qube is named twice");
        }

        foreach (var name in names.Except(before))
        {
            if (world.Find(name) is not { Class: QubeClass.DispVM } disposable || Templates.Of(world, disposable)?.Id != template.Id)
            {
                throw new InvalidValueException($"Invalid preload-dispvm value: {name} is no disposable based on {template.Name}");
            }
        }
    }
}
