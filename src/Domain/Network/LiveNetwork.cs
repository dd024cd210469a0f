namespace Qubes.Cqrs.Domain;

/// <summary>The network of a running qube follows its setting; that of a paused one waits until it goes on.</summary>
/// <remarks>Source: spec, properties.yaml, netvm; lifecycle.md 4 and 13.</remarks>
public sealed class LiveNetwork : Reaction
{
    /// <summary>The feature of a qube whose network changed while it was paused; its value is the name of the one before.</summary>
    public const string Deferred = "deferred-netvm-original";

    /// <inheritdoc/>
    public override void BeforePropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("netvm"))
        {
            Before(draft, change);
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("netvm"))
        {
            After(draft, change);
        }
    }

    /// <inheritdoc/>
    public override void AfterUnpause(Draft draft, Qube qube) => Apply(draft, qube);

    /// <inheritdoc/>
    public override void AfterPreloadUsed(Draft draft, Qube qube) => Apply(draft, qube);

    /// <inheritdoc/>
    public override void AfterStart(Draft draft, Qube qube)
    {
        foreach (var client in RunningClients(draft.World, qube).Where(client => PowerStates.Active(draft.World, client.Id) is { IsPaused: false }))
        {
            Apply(draft, client);
        }
    }

    /// <inheritdoc/>
    public override void AfterShutdown(Draft draft, Qube qube)
    {
        if (draft.World.Find(qube.Id) is { } here && here.Features.ContainsKey(Deferred))
        {
            Features.Remove(draft, qube.Id, Deferred);
        }

        foreach (var client in RunningClients(draft.World, qube).Where(client => PowerStates.Active(draft.World, client.Id) is { IsPaused: true }))
        {
            Defer(draft, client, qube.Name);
        }
    }

    /// <summary>Refuses a network that a running qube cannot have now, and defers the change for a paused one.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="change">The effective change of <c>netvm</c>.</param>
    /// <exception cref="QubeNotStartedException">The qube runs, and the new network is off.</exception>
    internal static void Before(Draft draft, PropertyChange change)
    {
        if (change.Holder is not { } qube || PowerStates.Active(draft.World, qube.Id) is not { } run)
        {
            return;
        }

        if (draft.World.Find(change.New?.AsQube()) is { } netvm && PowerStates.IsHalted(draft.World, netvm))
        {
            throw new QubeNotStartedException($"Cannot dynamically attach to stopped qube {netvm.Name}");
        }

        if (run.IsPaused)
        {
            Defer(draft, qube, draft.World.Find(change.Old?.AsQube())?.Name ?? "");
        }
    }

    /// <summary>Tells what follows when a running qube has another network.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="change">The effective change of <c>netvm</c>.</param>
    internal static void After(Draft draft, PropertyChange change)
    {
        if (change.Holder is { } qube && PowerStates.Active(draft.World, qube.Id) is not null && draft.World.Find(change.New?.AsQube()) is { } netvm)
        {
            draft.Announce(qube, "domain-qdb-create");
            draft.Announce(netvm, "net-domain-connect", new AnnouncementArgument("vm", qube.Name));
        }
    }

    /// <summary>Lets a change that was deferred take place.</summary>
    internal static void Apply(Draft draft, Qube qube)
    {
        if (draft.World.Find(qube.Id)?.Features.Find(Deferred) is not { } before)
        {
            return;
        }

        var now = PropertyValues.Get(draft.World, qube, "netvm");
        var old = draft.World.Find(before) is { } netvm ? PropertyValue.Of(netvm.Id) : PropertyValue.NoQube;
        var change = new PropertyChange(qube, PropertyCatalog.Get(qube, "netvm"), now, old);
        Properties.Announce(draft, "property-pre-set:", change);
        if (draft.World.Find(now?.AsQube()) is not null)
        {
            After(draft, change);
            Properties.Announce(draft, "property-set:", change);
        }

        Features.Remove(draft, qube.Id, Deferred);
    }

    private static void Defer(Draft draft, Qube qube, string before)
    {
        if (!draft.World.Qube(qube.Id).Features.ContainsKey(Deferred))
        {
            Features.Set(draft, qube.Id, Deferred, before);
        }
    }

    private static List<Qube> RunningClients(World world, Qube provider) => NetworkValues.ProvidesNetwork(provider)
        ? [.. PowerStates.ActiveQubes(world).Where(qube => NetworkValues.NetVm(world, qube)?.Id == provider.Id)]
        : [];
}
