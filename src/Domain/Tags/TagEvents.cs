namespace Qubes.Cqrs.Domain;

/// <summary>A qube got a tag.</summary>
public sealed record TagAdded(QubeId Qube, string Tag) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>A qube lost a tag.</summary>
public sealed record TagRemoved(QubeId Qube, string Tag) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}
