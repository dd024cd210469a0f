namespace Qubes.Cqrs.Domain;

/// <summary>A position got a name, or the name moved there.</summary>
/// <param name="Name">The name.</param>
/// <param name="Position">The position that it stands for.</param>
public sealed record MarkSet(string Name, long Position) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.System;
}

/// <summary>A name of a position is gone; the position itself stays what it is.</summary>
public sealed record MarkRemoved(string Name) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.System;
}
