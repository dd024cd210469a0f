namespace Qubes.Cqrs.Domain;

/// <summary>Features <c>service.NAME</c> switch services in the qube, so that NAME must fit where the qube keeps them.</summary>
/// <remarks>Source: spec, extensions.md, services.</remarks>
public sealed class ServiceNames : Reaction
{
    /// <summary>What the features start with.</summary>
    public const string Prefix = "service.";

    private const string AppPrefix = "app-dispvm.";
    private const int MaxBytes = 48;

    /// <inheritdoc/>
    public override void BeforeFeatureSet(Draft draft, FeatureChange change)
    {
        if (change.Qube.IsLocal && change.Feature.StartsWith(Prefix, StringComparison.Ordinal) && FaultOf(change.Feature[Prefix.Length..]) is { } fault)
        {
            throw new InvalidValueException(fault);
        }
    }

    /// <summary>What is wrong with a name, in the words of the wire; null when a service can have it.</summary>
    public static string? FaultOf(string name)
    {
        if (name.Length == 0)
        {
            return "Service name cannot be empty";
        }

        if (name.Contains('/', StringComparison.Ordinal))
        {
            return "Service name cannot contain a slash";
        }

        if (name is "." or "..")
        {
            return "Service name cannot be \".\" or \"..\"";
        }

        // A qube keeps the names of applications as digests, so they may be longer.
        return name.Length > MaxBytes && !name.StartsWith(AppPrefix, StringComparison.Ordinal) ? "Service name must not exceed 48 bytes" : null;
    }
}
