namespace Qubes.Cqrs.Domain;

/// <summary>The rules of a qube's firewall were replaced.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Rules">The rules in order; null when nothing is set any more and the default is in force.</param>
public sealed record FirewallSet(QubeId Qube, EquatableArray<FirewallRule>? Rules) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>Rules of a qube's firewall came to their end.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="TimeUnixSeconds">When it was noticed: rules that expire later stay.</param>
public sealed record FirewallExpired(QubeId Qube, long TimeUnixSeconds) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}
