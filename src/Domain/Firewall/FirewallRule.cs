using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>One rule of a qube's firewall; the first that fits a packet decides.</summary>
/// <remarks>Source: spec, firewall.md 1. <see cref="FirewallRuleParser"/> makes rules of text, <see cref="FirewallRuleText"/> text of rules.</remarks>
public sealed record FirewallRule
{
    /// <summary>What it does.</summary>
    public required FirewallAction Action { get; init; }

    /// <summary>An address with its prefix length, or a host name, as <see cref="FirewallDestination"/> gives it; null for any destination.</summary>
    public string? Destination { get; init; }

    /// <summary>The protocol; null for any.</summary>
    public FirewallProtocol? Protocol { get; init; }

    /// <summary>A destination by its purpose, or null.</summary>
    public FirewallTarget? Target { get; init; }

    /// <summary>The destination ports (TCP and UDP only); null for any.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>The ICMP type, 0 to 255 (ICMP only); null for any.</summary>
    public int? IcmpType { get; init; }

    /// <summary>When it ends, in seconds of Unix time, as decimal digits without leading zeros; null for never.</summary>
    public string? Expire { get; init; }

    /// <summary>A remark of the user; empty for none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>When it ends (seconds of Unix time); null for never, and for a time that no clock will show.</summary>
    public long? ExpiresAt() => long.TryParse(Expire, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    /// <summary>Whether it has ended at a time (seconds of Unix time).</summary>
    public bool IsExpired(long atUnixSeconds) => ExpiresAt() <= atUnixSeconds;
}
