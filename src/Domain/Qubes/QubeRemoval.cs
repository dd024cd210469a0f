namespace Qubes.Cqrs.Domain;

/// <summary>The rules of removing qubes.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.Remove.</remarks>
public static class QubeRemoval
{
    /// <summary>Removes a qube that nothing uses.</summary>
    /// <exception cref="QubeInUseException">It is dom0, belongs to the package manager, or something refers to it.</exception>
    public static void Remove(Draft draft, QubeId id)
    {
        var qube = draft.World.Qube(id);
        if (qube.IsDom0)
        {
            throw new QubeInUseException("'dom0' cannot be removed");
        }

        if (qube.Properties.Find("installed_by_rpm") == PropertyValue.True)
        {
            throw new QubeInUseException($"VM installed by package manager: {qube.Name}");
        }

        if (draft.World.Runs.ContainsKey(id))
        {
            throw new QubeNotHaltedException($"Domain is not powered off: {PythonText.Repr(qube.Name)}");
        }

        var argument = new AnnouncementArgument("vm", qube.Name);
        draft.Announce(null, "domain-pre-delete", argument);
        if (IsReferredTo(draft.World, qube))
        {
            throw new QubeInUseException($"Domain is in use: {PythonText.Repr(qube.Name)};  see 'journalctl -u qubesd -e' in dom0 for details");
        }

        draft.React(qube, static (reaction, draft, qube) => reaction.BeforeQubeRemoved(draft, qube));
        if (AssignedPorts(draft.World, qube).ToList() is { Count: > 0 } ports)
        {
            throw new QubeInUseException($"VM has devices assigned to other VMs: {string.Join(", ", ports)}");
        }

        draft.Record(new QubeRemoved(id));
        draft.Announce(null, "domain-delete", argument);
        if (Volumes.Has(qube.Class))
        {
            draft.Announce(qube, Announcement.RemovedFromDisk);
        }
    }

    /// <summary>Whether something keeps the qube from being removed: a setting that names it, a device that it gives away, the package manager.</summary>
    public static bool IsHeld(World world, Qube qube) => qube.Properties.Find("installed_by_rpm") == PropertyValue.True ||
        IsReferredTo(world, qube) || AssignedPorts(world, qube).Any();

    private static bool IsReferredTo(World world, Qube qube)
    {
        var reference = PropertyValue.Of(qube.Id);
        return RefersTo(world.Properties, reference) ||
            world.Qubes.Values.Any(other => other.Id != qube.Id && RefersTo(other.Properties, reference));
    }

    private static IEnumerable<string> AssignedPorts(World world, Qube qube) => world.InOrder()
        .Where(other => other.Id != qube.Id)
        .SelectMany(other => other.Devices.Where(device => device.Backend == qube.Name).Select(device => device.Port));

    private static bool RefersTo(SmallMap<PropertyValue> properties, PropertyValue reference)
    {
        foreach (var (_, value) in properties)
        {
            if (value == reference)
            {
                return true;
            }
        }

        return false;
    }
}
