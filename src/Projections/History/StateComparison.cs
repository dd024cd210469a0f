using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Compares two worlds setting by setting.</summary>
/// <remarks>Nothing is found exactly when <see cref="WorldDifference"/> finds nothing: the order of features, devices, pools and volumes does not count.</remarks>
public static class StateComparison
{
    /// <summary>What differs, in the order in which it is shown.</summary>
    /// <param name="from">The first world.</param>
    /// <param name="to">The second world.</param>
    /// <param name="filter">Which subjects and kinds of settings count; null for all.</param>
    public static ImmutableArray<SubjectChange> Compare(World from, World to, ComparisonFilter? filter = null)
    {
        filter ??= ComparisonFilter.Everything;
        var subjects = SettingsView.Subjects(to).Union(SettingsView.Subjects(from))
            .Where(filter.Covers)
            .OrderBy(subject => subject.Kind)
            .ThenBy(subject => subject is not { Kind: SubjectKind.Qube, Name: "dom0" })
            .ThenBy(subject => subject.Name, StringComparer.Ordinal);
        return [.. subjects.Select(subject => Compare(from, to, subject, filter)).OfType<SubjectChange>()];
    }

    private static SubjectChange? Compare(World from, World to, Subject subject, ComparisonFilter filter)
    {
        var (before, after) = (SettingsView.Find(from, subject), SettingsView.Find(to, subject));
        var kind = before is null ? SubjectChangeKind.Added : after is null ? SubjectChangeKind.Removed : SubjectChangeKind.Changed;
        var settings = Compare(ByKey(before, filter), ByKey(after, filter), kind);
        return kind == SubjectChangeKind.Changed && settings.IsEmpty ? null : new SubjectChange(subject, kind, settings);
    }

    private static ImmutableArray<SettingChange> Compare(
        Dictionary<(SettingKind Kind, string Name), Setting> before, Dictionary<(SettingKind Kind, string Name), Setting> after, SubjectChangeKind kind) =>
    [
        .. before.Keys.Union(after.Keys)
            .Select(key => new SettingChange(key.Kind, key.Name, before.GetValueOrDefault(key), after.GetValueOrDefault(key)))
            .Where(change => change.Before != change.After && (kind == SubjectChangeKind.Changed || (change.After ?? change.Before) is { IsDefault: false }))
            .OrderBy(change => change.Kind),
    ];

    private static Dictionary<(SettingKind Kind, string Name), Setting> ByKey(IEnumerable<Setting>? settings, ComparisonFilter filter)
    {
        var byKey = new Dictionary<(SettingKind, string), Setting>();
        foreach (var setting in settings ?? [])
        {
            if (filter.Covers(setting.Kind))
            {
                var name = setting.Name;
                for (var number = 2; !byKey.TryAdd((setting.Kind, name), setting); number++)
                {
                    name = $"{setting.Name} ({number})"; // hostile names may look alike
                }
            }
        }

        return byKey;
    }
}

/// <summary>What a comparison looks at.</summary>
public sealed record ComparisonFilter
{
    /// <summary>All of it.</summary>
    public static readonly ComparisonFilter Everything = new();

    /// <summary>What somebody set, and what the host contributes; neither how the runs of qubes stand, nor marks.</summary>
    public static readonly ComparisonFilter Configuration = new() { WithRuns = false };

    /// <summary>Only this qube; null for all subjects.</summary>
    public string? Qube { get; init; }

    /// <summary>Whether the runs of qubes count, and marks.</summary>
    public bool WithRuns { get; init; } = true;

    /// <summary>Whether a subject counts; with dom0 the global properties do as well.</summary>
    public bool Covers(Subject subject) =>
        Qube is null || subject == new Subject(SubjectKind.Qube, Qube) || (Qube == "dom0" && subject.Kind == SubjectKind.Global);

    /// <summary>Whether a kind of setting counts.</summary>
    public bool Covers(SettingKind kind) => WithRuns || kind is not (SettingKind.Run or SettingKind.Mark);
}
