namespace Qubes.Cqrs.Domain;

/// <summary>Destinations that a firewall rule names by what they are for (<c>specialtarget</c>).</summary>
public enum FirewallTarget
{
    /// <summary>The name servers of the qube.</summary>
    Dns,
}
