using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Reads an existing store <c>qubes.xml</c> as the first events of a new log.</summary>
/// <remarks>Source: spec, qubes-xml 2 to 5. The bytes may be hostile.</remarks>
public static class QubesXmlReader
{
    /// <summary>The facts that the store states.</summary>
    /// <param name="xml">The file.</param>
    /// <param name="newId">Gives an id that was never used, for a qube without one.</param>
    /// <param name="host">The devices of the host, by which older names of them are understood; null for none.</param>
    /// <exception cref="QubesXmlException">The original would not start on this store either; names the line.</exception>
    public static QubesXmlImport Read(ReadOnlyMemory<byte> xml, Func<QubeId> newId, HostFacts? host = null)
    {
        var root = StoreParser.Parse(xml);
        var loader = new StoreLoader(newId, host ?? World.Empty.Host);
        var world = loader.Load(root);
        var events = WorldEvents.Of(world).Where(@event => @event is not HostObserved).ToEquatableArray();
        return new QubesXmlImport(events, loader.Warnings.ToEquatableArray());
    }
}
