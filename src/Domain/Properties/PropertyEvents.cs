namespace Qubes.Cqrs.Domain;

/// <summary>A property got an explicit value.</summary>
/// <param name="Qube">The qube; null for the global object.</param>
/// <param name="Property">The property.</param>
/// <param name="Value">The value.</param>
/// <param name="Old">The value in force before, explicit or by default; null when there was none to read.</param>
public sealed record PropertySet(QubeId? Qube, string Property, PropertyValue Value, PropertyValue? Old) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => Qube is { } id ? StreamName.OfQube(id) : StreamName.System;
}

/// <summary>A property lost its explicit value, if it had one.</summary>
/// <param name="Qube">The qube; null for the global object.</param>
/// <param name="Property">The property.</param>
/// <param name="Old">The value in force before; null when there was none to read.</param>
public sealed record PropertyReset(QubeId? Qube, string Property, PropertyValue? Old) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => Qube is { } id ? StreamName.OfQube(id) : StreamName.System;
}
