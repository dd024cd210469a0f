namespace Qubes.Cqrs.Domain;

/// <summary>The boot modes that a qube offers: a request that describes at least one replaces all of them.</summary>
/// <remarks>The recordings say that a name shown to the user must differ from every default user, too.</remarks>
public sealed class BootModeSet : RequestRule
{
    /// <summary>The mode that every qube has without any options.</summary>
    public const string Default = "default";

    private const int MaxModes = 64;
    private const string Options = "boot-mode.kernelopts.";
    private const string Name = "boot-mode.name.";
    private const string User = "boot-mode.default-user.";

    /// <summary>Whether a qube has the mode.</summary>
    public static bool Has(Qube qube, string mode) => mode == Default || qube.Features.ContainsKey(Options + mode);

    /// <inheritdoc/>
    public override void Apply(Draft draft, Qube qube, RequestedFeatures requested)
    {
        var options = requested.All.Where(entry => ModeOf(entry.Key, Options) is { } mode && mode != Default).ToList();
        var modes = options.Select(entry => ModeOf(entry.Key, Options)).ToHashSet(StringComparer.Ordinal);
        var texts = requested.All.Where(entry => IsText(entry.Key, modes)).ToList();
        if (options.Count + texts.Count == 0 || options.Count > MaxModes || texts.DistinctBy(entry => entry.Value, StringComparer.Ordinal).Count() != texts.Count)
        {
            return;
        }

        Replace(draft, qube, [.. options, .. texts]);
    }

    private static void Replace(Draft draft, Qube qube, IReadOnlyList<KeyValuePair<string, string>> set)
    {
        var kept = set.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var feature in qube.Features.Keys.Where(feature => IsOfSet(feature) && !kept.Contains(feature)).ToList())
        {
            Features.Remove(draft, qube.Id, feature);
        }

        foreach (var (feature, value) in set)
        {
            Features.Set(draft, qube.Id, feature, value);
        }
    }

    private static bool IsText(string feature, IReadOnlySet<string?> modes) =>
        (ModeOf(feature, Name) is { } named && (named == Default || modes.Contains(named))) ||
        (ModeOf(feature, User) is { } mode && modes.Contains(mode));

    private static bool IsOfSet(string feature) =>
        feature.StartsWith(Options, StringComparison.Ordinal) || feature.StartsWith(Name, StringComparison.Ordinal) || feature.StartsWith(User, StringComparison.Ordinal);

    private static string? ModeOf(string feature, string prefix) =>
        feature.Length > prefix.Length && feature.StartsWith(prefix, StringComparison.Ordinal) && !feature[prefix.Length..].Contains('.', StringComparison.Ordinal)
            ? feature[prefix.Length..]
            : null;
}
