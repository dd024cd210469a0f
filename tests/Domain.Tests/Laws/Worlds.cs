using System.Text.Json;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Compares worlds by what they hold.</summary>
public static class Worlds
{
    /// <summary>Everything that a world holds, as text; its position is left out.</summary>
    public static string Describe(World world) =>
        string.Join('\n', WorldEvents.Of(world).Select(@event => @event.GetType().Name + " " + JsonSerializer.Serialize(@event, @event.GetType())));

    public static World Fold(IEnumerable<DomainEvent> events) => events.Aggregate(World.Empty, Evolve.Apply);
}
