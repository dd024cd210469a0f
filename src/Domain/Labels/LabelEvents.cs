namespace Qubes.Cqrs.Domain;

/// <summary>A label came to be.</summary>
public sealed record LabelAdded(int Index, string Name, string Color) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfLabel(Index);
}

/// <summary>A label is gone.</summary>
public sealed record LabelRemoved(int Index) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfLabel(Index);
}
