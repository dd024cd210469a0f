namespace Qubes.Cqrs.Domain;

/// <summary>Features <c>custom-persist.KEY</c> name what outlives a restart of the qube.</summary>
/// <remarks>A value is an absolute path, or <c>file|dir:OWNER:GROUP:MODE:PATH</c> with an octal mode. Source: spec, extensions.md, custom_persist.</remarks>
public sealed class CustomPersist : Reaction
{
    private const string Prefix = "custom-persist.";
    private const int MaxKeyBytes = 54;
    private const int Parts = 5;
    private const int MaxModeDigits = 4;

    /// <inheritdoc/>
    public override void BeforeFeatureSet(Draft draft, FeatureChange change)
    {
        if (change.Qube.IsLocal && change.Feature.StartsWith(Prefix, StringComparison.Ordinal))
        {
            CheckKey(change.Feature[Prefix.Length..]);
            CheckValue(change.New ?? "");
        }
    }

    private static void CheckKey(string key)
    {
        if (key.Length == 0)
        {
            throw new InvalidValueException("custom-persist key cannot be empty");
        }

        if (key.Length > MaxKeyBytes)
        {
            throw new InvalidValueException($"custom-persist key is too long (max {MaxKeyBytes}), ignoring: {key}");
        }
    }

    private static void CheckValue(string value)
    {
        if (value.StartsWith('/'))
        {
            return;
        }

        // A path may hold colons itself.
        var parts = value.Split(':', Parts);
        if (parts.Length < Parts)
        {
            throw new InvalidValueException($"invalid value format: '{value}'");
        }

        var (type, mode, path) = (parts[0], parts[^2], parts[^1]);
        if (type is not ("file" or "dir"))
        {
            throw new InvalidValueException($"invalid resource type option '{type}' in value '{value}'");
        }

        if (mode.Length is 0 or > MaxModeDigits || !mode.All(digit => digit is >= '0' and <= '7'))
        {
            throw new InvalidValueException($"invalid mode option '{mode}' in value '{value}'");
        }

        if (!path.StartsWith('/'))
        {
            throw new InvalidValueException($"invalid path '{path}'");
        }
    }
}
