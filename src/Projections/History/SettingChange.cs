using System.Collections.Immutable;

namespace Qubes.Cqrs.Projections;

/// <summary>How one setting differs between two worlds.</summary>
/// <param name="Kind">What sort of setting it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Before">In the first world; null when it is not there.</param>
/// <param name="After">In the second world; null when it is not there.</param>
public sealed record SettingChange(SettingKind Kind, string Name, Setting? Before, Setting? After)
{
    /// <summary>Its name with its kind.</summary>
    public string Label => Setting.LabelOf(Kind, Name);
}

/// <summary>How one subject differs between two worlds.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Change">Whether it came, went, or is another than before.</param>
/// <param name="Settings">What differs; of one that came or went everything that was set, no defaults.</param>
public sealed record SubjectChange(Subject Subject, SubjectChangeKind Change, ImmutableArray<SettingChange> Settings);

/// <summary>What became of a subject.</summary>
public enum SubjectChangeKind
{
    /// <summary>It is in both worlds.</summary>
    Changed,

    /// <summary>It came.</summary>
    Added,

    /// <summary>It went.</summary>
    Removed,
}
