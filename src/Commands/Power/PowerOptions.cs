namespace Qubes.Cqrs.Commands;

/// <summary>How patient the executor is.</summary>
public sealed record PowerOptions
{
    /// <summary>How often all domains are looked at, so that a lost notice does no harm.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How soon a look is repeated that the hypervisor did not answer.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a domain that is being taken apart is looked at.</summary>
    public TimeSpan DyingInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a service in a qube may take that prepares it for sleep or for its network.</summary>
    public TimeSpan ServiceTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a destroyed domain may take to go before the caller is told so.</summary>
    public TimeSpan KillTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
