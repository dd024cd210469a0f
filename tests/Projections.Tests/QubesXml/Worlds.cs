using System.Text.Encodings.Web;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>What the tests do with worlds.</summary>
internal static class Worlds
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Ids in order, never the same one twice.</summary>
    public static Func<QubeId> NewIds()
    {
        var count = 0;
        return () => new QubeId(new Guid(++count, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));
    }

    public static QubesXmlImport Import(byte[] xml) => QubesXmlReader.Read(xml, NewIds());

    public static World Fold(IEnumerable<DomainEvent> events) => events.Aggregate(World.Empty, Evolve.Apply);

    public static World ImportWorld(byte[] xml) => Fold(Import(xml).Events);

    /// <summary>The facts of a world that the store holds, one a line, with what has no order in a fixed one.</summary>
    public static string Facts(World world) => string.Join('\n', WorldEvents.Of(world)
        .Where(@event => @event is not (HostObserved or NotesSet or FirewallSet))
        .Select(Ordered)
        .OrderBy(Place, StringComparer.Ordinal)
        .Select(@event => @event.GetType().Name + JsonSerializer.Serialize(@event, @event.GetType(), Readable)));

    /// <summary>Global properties come in the order of the catalogue.</summary>
    private static string Place(DomainEvent @event) => @event switch
    {
        PropertySet e => "3" + e.Property,
        LabelAdded => "1",
        PoolAdded => "2",
        _ => "4",
    };

    private static DomainEvent Ordered(DomainEvent @event) => @event is QubeAdded e
        ? e with { Properties = e.Properties.OrderBy(entry => entry.Name, StringComparer.Ordinal).ToEquatableArray() }
        : @event;

    /// <summary>The world in which each qube's devices stand class by class, as in the store.</summary>
    public static World DevicesByClass(World world) => world with
    {
        Qubes = world.Qubes.SetItems(world.Qubes.Select(entry => KeyValuePair.Create(
            entry.Key,
            entry.Value with { Devices = entry.Value.Devices.GroupBy(device => device.Class).SelectMany(group => group).ToEquatableArray() }))),
    };
}
