namespace Qubes.Cqrs.Domain;

/// <summary>What follows from reading a store: as when the qubes in it were changed one by one.</summary>
/// <remarks>Source: spec, qubes-xml.md 4, domain-load.</remarks>
public static class Loading
{
    /// <summary>The events that follow from the world that a store states.</summary>
    public static EquatableArray<DomainEvent> Follow(World world)
    {
        var draft = new Draft(world, new Caller(QubeId.Dom0, default));
        foreach (var id in world.InOrder().Select(qube => qube.Id).ToList())
        {
            draft.React(id, static (reaction, draft, id) => reaction.AfterLoad(draft, draft.World.Qube(id)));
        }

        return draft.ToDecision().Events;
    }
}
