namespace Qubes.Cqrs.Domain;

/// <summary>What a firewall rule does with the packets that it fits.</summary>
public enum FirewallAction
{
    /// <summary>Lets them pass.</summary>
    Accept,

    /// <summary>Drops them.</summary>
    Drop,
}
