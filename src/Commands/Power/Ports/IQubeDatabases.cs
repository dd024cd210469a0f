using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The configuration channel of running qubes: each one's QubesDB daemon, and the older keys in xenstore.</summary>
public interface IQubeDatabases
{
    /// <summary>Writes what xenstore holds for a new domain; done again, it writes the same.</summary>
    ValueTask PrepareAsync(QubeId qube, Run run, CancellationToken ct);

    /// <summary>Starts the qube's QubesDB daemon unless it runs for this domain, and connects to it.</summary>
    /// <exception cref="RefusedException"><c>Cannot execute qubesdb-daemon</c>, or <c>qubesdb not connected, VM was killed in the meantime</c>.</exception>
    ValueTask OpenAsync(QubeId qube, Run run, CancellationToken ct);

    /// <summary>Writes everything that the view holds for the qube.</summary>
    ValueTask WriteAsync(QubeId qube, Run run, CancellationToken ct);

    /// <summary>Watches what the qube writes.</summary>
    ValueTask WatchAsync(QubeId qube, Run run, CancellationToken ct);

    /// <summary>Forgets the connection of a qube that has stopped.</summary>
    ValueTask CloseAsync(QubeId qube, CancellationToken ct);
}
