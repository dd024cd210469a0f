using System.Collections.Immutable;

namespace Qubes.Cqrs.Projections;

/// <summary>Takes what is to be written into databases.</summary>
public interface IDatabaseSink
{
    /// <summary>Hands over what one event writes, in order; must neither block nor throw. Called by one thread at a time.</summary>
    /// <param name="number">The event, by the number of those that were followed (<see cref="Followed.Number"/>).</param>
    /// <param name="changes">The writes.</param>
    void Publish(long number, ImmutableArray<DatabaseChange> changes);
}
