namespace Qubes.Cqrs.Domain;

/// <summary>What is known about a property before it has a value.</summary>
public sealed record PropertyDefinition
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The type of its value.</summary>
    public required PropertyKind Kind { get; init; }

    /// <summary>The load stage: 2, 3 (global) or 4.</summary>
    public required int Stage { get; init; }

    /// <summary>Whether an explicit value is written to the store.</summary>
    public bool Saved { get; init; } = true;

    /// <summary>Whether it can never be set.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether it can be set once only.</summary>
    public bool WriteOnce { get; init; }
}
