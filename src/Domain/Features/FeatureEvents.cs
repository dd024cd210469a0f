namespace Qubes.Cqrs.Domain;

/// <summary>A feature got a value.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Value">The value; may be empty.</param>
/// <param name="Old">The value before; null when it was not set.</param>
public sealed record FeatureSet(QubeId Qube, string Feature, string Value, string? Old) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>A feature was removed.</summary>
public sealed record FeatureRemoved(QubeId Qube, string Feature) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}
