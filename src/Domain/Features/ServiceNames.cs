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
        if (change.Qube.IsLocal && change.Feature.StartsWith(Prefix, StringComparison.Ordinal))
        {
            Check(change.Feature[Prefix.Length..]);
        }
    }

    /// <summary>Refuses a name that no service can have.</summary>
    /// <exception cref="InvalidValueException">None can.</exception>
    public static void Check(string name)
    {
        if (name.Length == 0)
        {
            throw new InvalidValueException("Service name cannot be empty");
        }

        if (name.Contains('/', StringComparison.Ordinal))
        {
            throw new InvalidValueException("Service name cannot contain a slash");
        }

        if (name is "." or "..")
        {
            throw new InvalidValueException("Service name cannot be \".\" or \"..\"");
        }

        // A qube keeps the names of applications as digests, so they may be longer.
        if (name.Length > MaxBytes && !name.StartsWith(AppPrefix, StringComparison.Ordinal))
        {
            throw new InvalidValueException("Service name must not exceed 48 bytes");
        }
    }
}
