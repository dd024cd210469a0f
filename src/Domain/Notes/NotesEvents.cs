namespace Qubes.Cqrs.Domain;

/// <summary>The notes about a qube were replaced.</summary>
public sealed record NotesSet(QubeId Qube, string Text) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}
