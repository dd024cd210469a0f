namespace Qubes.Cqrs.Domain;

/// <summary>The most memory of a running qube changes only where memory can be plugged in.</summary>
/// <remarks>Source: spec, properties.yaml, maxmem.</remarks>
public sealed class MemoryOfRunning : Reaction
{
    /// <inheritdoc/>
    public override void BeforePropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("maxmem") && change.New != change.Old && PowerStates.Active(draft.World, change.Holder!.Id) is not null && // a qube's
            !MemoryHotplug.IsUsed(draft.World, change.Holder))
        {
            throw new QubeNotHaltedException($"Can't change maxmem of VM {change.Holder.Name}, because it isn't Halted and memory hotplug is forbidden");
        }
    }
}
