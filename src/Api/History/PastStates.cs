using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Finds the states of positions in the past, for calls that lead back to them.</summary>
public sealed class PastStates
{
    /// <summary>The most events that a search reads: a longer way from the nearest snapshot would keep others waiting.</summary>
    public const int MostEvents = 1_000_000;

    /// <summary>Where states are looked for; null without a log. Whoever sets it disposes of it.</summary>
    public PastWorlds? Worlds { get; set; }

    /// <summary>The state at a position.</summary>
    /// <exception cref="DomainException">The log does not reach it, or cannot be read.</exception>
    internal async Task<World> FindAsync(LogPosition position, LogPosition head, CancellationToken ct)
    {
        if (position < LogPosition.Start || position > head)
        {
            throw new InvalidValueException($"There is no position {position}: the log goes from 0 to {head}");
        }

        if (position == LogPosition.Start)
        {
            return World.Empty;
        }

        try
        {
            return Worlds is { } worlds && await worlds.FindAsync(position, ct).ConfigureAwait(false) is { } world
                ? world
                : throw new RefusedException($"The state at position {position} cannot be found");
        }
        catch (Commands.EventLogUnavailableException)
        {
            throw new RefusedException("The event log is not available, nothing was changed");
        }
    }
}
