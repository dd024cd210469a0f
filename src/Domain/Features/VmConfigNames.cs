namespace Qubes.Cqrs.Domain;

/// <summary>Features <c>vm-config.NAME</c> are settings that the qube reads, so that NAME must fit where it reads them.</summary>
/// <remarks>Source: spec, extensions.md, vm_config; quirks B13: the text names another limit than the one that counts.</remarks>
public sealed class VmConfigNames : Reaction
{
    private const string Prefix = "vm-config.";
    private const int MaxBytes = 52;

    /// <inheritdoc/>
    public override void BeforeFeatureSet(Draft draft, FeatureChange change)
    {
        if (change.Qube.IsLocal && change.Feature.StartsWith(Prefix, StringComparison.Ordinal))
        {
            Check(change.Feature[Prefix.Length..]);
        }
    }

    private static void Check(string name)
    {
        if (name.Length > MaxBytes)
        {
            throw new InvalidValueException("VM config name must not exceed 46 bytes");
        }

        if (name.Length == 0)
        {
            throw new InvalidValueException("Empty config name not allowed");
        }

        if (!char.IsAsciiLetter(name[0]))
        {
            throw new InvalidValueException("Config name must start with an ASCII letter");
        }
    }
}
