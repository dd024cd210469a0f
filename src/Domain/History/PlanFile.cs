namespace Qubes.Cqrs.Domain;

/// <summary>What a plan file wants to be so: nothing that it does not name is touched.</summary>
/// <param name="Labels">The labels by name, each with its colour; without one it is not to be there.</param>
/// <param name="Global">The global properties; without a value the default.</param>
/// <param name="Qubes">The qubes.</param>
/// <remarks>docs/undo.md has the format.</remarks>
public sealed record PlanFile(EquatableArray<Wish> Labels, EquatableArray<Wish> Global, EquatableArray<QubeWish> Qubes);

/// <summary>A place in a file, counted from 1.</summary>
public readonly record struct FilePlace(int Line, int Column)
{
    /// <summary>The place as errors name it.</summary>
    public override string ToString() => FormattableString.Invariant($"line {Line}, column {Column}");
}

/// <summary>Something with a name that is to have a value, or, without one, its default, or not to be there.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">The value, or null.</param>
/// <param name="Place">Where it stands.</param>
public sealed record Wish(string Name, string? Value, FilePlace Place);

/// <summary>What a qube is to be like.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where it stands.</param>
public sealed record QubeWish(string Name, FilePlace Place)
{
    /// <summary>Whether it is not to be there.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>How it is made when it is not there; null when it has to be there.</summary>
    public NewQubeWish? New { get; init; }

    /// <summary>Its properties; without a value the default.</summary>
    public EquatableArray<Wish> Properties { get; init; } = [];

    /// <summary>Its features; without a value not set.</summary>
    public EquatableArray<Wish> Features { get; init; } = [];

    /// <summary>Its tags, each to be there or, without a value, not.</summary>
    public EquatableArray<Wish> Tags { get; init; } = [];

    /// <summary>Whether it is to have no other tags, but for those that the system itself gives.</summary>
    public bool HasAllTags { get; init; }

    /// <summary>The notes about it; null leaves them.</summary>
    public Wish? Notes { get; init; }

    /// <summary>The rules of its firewall as the API writes them; null leaves them.</summary>
    public EquatableArray<Wish>? Firewall { get; init; }
}

/// <summary>How a qube is made.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Label">Its label.</param>
/// <param name="Template">Its template; null takes the default, where it needs one.</param>
public sealed record NewQubeWish(QubeClass Class, string Label, string? Template);
