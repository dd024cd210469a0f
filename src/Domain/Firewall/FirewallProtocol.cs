namespace Qubes.Cqrs.Domain;

/// <summary>The protocols that a firewall rule can name.</summary>
public enum FirewallProtocol
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,

    /// <summary>ICMP.</summary>
    Icmp,
}
