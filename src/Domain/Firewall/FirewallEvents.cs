using System.Text.Json.Serialization;

namespace Qubes.Cqrs.Domain;

/// <summary>The rules of a qube's firewall were replaced.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Rules">The rules in order; null when nothing is set any more and the default is in force.</param>
public sealed record FirewallSet(QubeId Qube, EquatableArray<FirewallRule>? Rules) : DomainEvent
{
    /// <summary>The rules' places in the list that was sent, from 0; null when they are all of it.</summary>
    /// <remarks>Rules that had ended already are left out of <see cref="Rules"/>, but the network numbers the others as if they were there.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EquatableArray<int>? Places { get; init; }

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
