using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The volumes of a qube that starts or stops.</summary>
public interface IQubeStorage
{
    /// <summary>Refuses when a folder or a volume is missing.</summary>
    /// <exception cref="DomainException">One is missing.</exception>
    ValueTask VerifyAsync(World world, Qube qube, CancellationToken ct);

    /// <summary>Prepares the volumes; done again, it changes nothing.</summary>
    ValueTask StartAsync(World world, Qube qube, CancellationToken ct);

    /// <summary>Commits or drops what a run wrote; done again, it changes nothing.</summary>
    ValueTask StopAsync(World world, Qube qube, CancellationToken ct);
}
