using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes part in starts of qubes, at the places that the executor names.</summary>
/// <remarks>Each may be run more than once for a run: doing it again must do no harm. The work on the qube waits meanwhile.</remarks>
public interface IStartSteps
{
    /// <summary>Before anything is prepared; what it throws ends the start.</summary>
    /// <exception cref="DomainException">The qube cannot be started.</exception>
    Task PrepareAsync(QubeId qube, Call call, CancellationToken ct);

    /// <summary>When the qube's database is watched: at a start the domain is paused yet, so nothing that the qube writes is missed.</summary>
    /// <param name="qube">The qube.</param>
    /// <param name="isStart">Whether the qube starts; otherwise it ran before the daemon did.</param>
    /// <param name="call">The request.</param>
    /// <param name="ct">Triggered when the daemon stops, or the run ends.</param>
    Task WatchingAsync(QubeId qube, bool isStart, Call call, CancellationToken ct);

    /// <summary>When the qube was told to be up; the caller of the start waits.</summary>
    Task StartedAsync(QubeId qube, Call call, CancellationToken ct);
}
