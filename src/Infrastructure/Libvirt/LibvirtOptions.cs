using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>How libvirt is reached.</summary>
/// <param name="Uri">The connection's URI, such as <c>xen:///system</c>.</param>
public sealed record LibvirtOptions(string Uri)
{
    /// <summary>How long a call may take before its caller is told that the hypervisor cannot be reached.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the program that asks a guest to shut down may take.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many calls run at once, each on a thread of its own.</summary>
    public int Threads { get; init; } = 8;

    /// <summary>The wait after the first failure to connect; it doubles with each.</summary>
    public TimeSpan ShortestPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between two attempts to connect.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the other side is asked whether it lives; where the connection cannot do that, it is not.</summary>
    public int KeepAliveSeconds { get; init; } = 5;

    /// <summary>How many of these may stay unanswered.</summary>
    public uint KeepAliveCount { get; init; } = 5;

    /// <summary>Finds the number of the domain that emulates devices for a domain, or -1: xenstore's
    /// <c>/local/domain/XID/image/device-model-domid</c>. Null where there is no xenstore.</summary>
    public Func<int, CancellationToken, ValueTask<int>>? FindStubdomain { get; init; }

    /// <summary>Finds the UUID of a domain by its number: xenstore's <c>/local/domain/XID/vm</c>. Null where there is no xenstore.</summary>
    public Func<int, CancellationToken, ValueTask<QubeId?>>? FindUuid { get; init; }

    /// <summary>The programs that ask a guest to shut down lie below this folder.</summary>
    public RootedPaths Programs { get; init; } = new(null);
}
