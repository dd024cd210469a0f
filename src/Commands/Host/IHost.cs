using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The host that the daemon runs on, or a simulated one.</summary>
public interface IHost
{
    /// <summary>Looks at the host now.</summary>
    HostFacts Observe();

    /// <summary>Measures what changes all the time; waits for no disk and no other process.</summary>
    HostFigures Measure();
}
