using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Folds events into the databases of running qubes.</summary>
/// <remarks>Keys are those of a run: fixed when it begins, changed afterwards only by what is said here. Source: spec, qubesdb.md 1, 2 and 4;
/// lifecycle.md 3. An event that concerns no running qube costs a lookup; the others look at those who run, except for the list of a
/// provider's clients and a relay's remote qubes, which are among all qubes.</remarks>
public static class QubesDbView
{
    private const string DeferredNetVm = "deferred-netvm-original";

    /// <summary>The databases after an event, and what it writes.</summary>
    /// <param name="state">The databases before it.</param>
    /// <param name="before">The world before it.</param>
    /// <param name="after">The world after it.</param>
    /// <param name="recorded">The event; an erased one changes nothing.</param>
    public static QubesDbStep Apply(QubesDbState state, World before, World after, RecordedEvent recorded)
    {
        var edits = new DatabaseEdits(state, after, recorded);
        OpenDom0(edits);
        switch (recorded.Event)
        {
            case RunEvent e when after.Find(e.Qube) is { } qube && DatabaseEdits.CanRun(qube):
                FollowRun(edits, qube, e);
                CloseUnlessActive(edits, e.Qube);
                break;
            case RunObserved e when after.Find(e.Qube) is { } qube && DatabaseEdits.CanRun(qube):
                CloseUnlessActive(edits, e.Qube);
                Adopt(edits, qube);
                break;
            case QubeAdded e:
                CloseUnlessActive(edits, e.Qube);
                break;
            case QubeRemoved e:
                CloseUnlessActive(edits, e.Qube);
                break;
            case FirewallSet e:
                FollowFirewall(edits, e.Qube, e.Places);
                break;
            case FirewallExpired e:
                FollowFirewall(edits, e.Qube, null);
                break;
            case FeatureSet e when FeatureKeys.Concerns(e.Feature) && Running(edits, e.Qube) is { } qube:
                FeatureKeys.Write(edits, qube, e.Feature, e.Value);
                break;
            case FeatureRemoved e when FeatureKeys.Concerns(e.Feature) && Running(edits, e.Qube) is { } qube:
                FeatureKeys.Write(edits, qube, e.Feature, null);
                break;
            case FeatureRemoved { Feature: DeferredNetVm } e when Running(edits, e.Qube) is { } qube:
                FollowNetwork(edits, before, qube, evenIfSame: true);
                break;
            case PropertySet e:
                FollowProperty(edits, before, e.Qube, e.Property, isReset: false);
                break;
            case PropertyReset e:
                FollowProperty(edits, before, e.Qube, e.Property, isReset: true);
                break;
        }

        return edits.ToStep();
    }

    /// <summary>Gives every running qube that has no database the keys that it would get if it started now.</summary>
    /// <remarks>For a log whose events about the beginning of runs were erased.</remarks>
    public static QubesDbState Complete(QubesDbState state, World world)
    {
        var now = new RecordedEvent(world.Position, Guid.Empty, StreamName.System, default, DateTimeOffset.UnixEpoch, "", null, null);
        var edits = new DatabaseEdits(state, world, now);
        OpenDom0(edits);
        foreach (var qube in edits.Active)
        {
            Adopt(edits, qube);
        }

        return edits.ToStep().State;
    }

    // dom0 always runs; the one key that is written there follows from its configuration.
    private static void OpenDom0(DatabaseEdits edits)
    {
        if (!edits.Has(QubeId.Dom0) && edits.World.Find(QubeId.Dom0) is { } dom0)
        {
            edits.OpenDom0(dom0);
            DisplayKeys.WriteKeyboard(edits, dom0);
        }
    }

    private static void FollowRun(DatabaseEdits edits, Qube qube, RunEvent e)
    {
        // What is told of another run than the present one says nothing.
        if (edits.World.Runs.GetValueOrDefault(qube.Id) is not { } run || run.Id != e.Run)
        {
            return;
        }

        var netvm = NetworkValues.NetVm(edits.World, qube);
        switch (e)
        {
            case QubeSpawning when netvm is not null:
                NetworkKeys.WriteConnected(edits, netvm);
                NetworkKeys.WriteMapped(edits, netvm, qube);
                NetworkKeys.WriteFirewall(edits, netvm, qube);
                break;
            case QubeSpawned:
                if (netvm is not null)
                {
                    LegacyFirewallKeys.Write(edits, netvm);
                }

                edits.Open(qube, run.Id);
                RunKeys.WriteAll(edits, qube);
                break;
            case QubeStarted:
                FollowStart(edits, qube, netvm);
                break;
        }
    }

    private static void FollowStart(DatabaseEdits edits, Qube qube, Qube? netvm)
    {
        if (netvm is not null)
        {
            NetworkKeys.WriteFirewall(edits, netvm, qube);
        }

        if (NetworkValues.ProvidesNetwork(qube))
        {
            foreach (var client in NetworkKeys.Running(edits, qube).Where(client => !edits.World.Runs[client.Id].IsPaused))
            {
                NetworkKeys.WriteMapped(edits, qube, client);
            }
        }

        DisplayKeys.WriteUsers(edits, qube);
        RelayKeys.WriteAll(edits, qube);
    }

    // A domain that the log did not know of gets what a start would have given it, and so do those whom it concerns.
    private static void Adopt(DatabaseEdits edits, Qube qube)
    {
        if (PowerStates.Active(edits.World, qube.Id) is not { } run || edits.RunOf(qube.Id) == run.Id)
        {
            return;
        }

        var netvm = NetworkValues.NetVm(edits.World, qube);
        if (netvm is not null)
        {
            NetworkKeys.WriteConnected(edits, netvm);
            NetworkKeys.WriteMapped(edits, netvm, qube);
            LegacyFirewallKeys.Write(edits, netvm);
        }

        edits.Open(qube, run.Id);
        RunKeys.WriteAll(edits, qube);
        FollowStart(edits, qube, netvm);
    }

    private static void CloseUnlessActive(DatabaseEdits edits, QubeId qube)
    {
        if (qube != QubeId.Dom0 && edits.RunOf(qube) is { } known && PowerStates.Active(edits.World, qube)?.Id != known)
        {
            edits.Close(qube);
        }
    }

    private static void FollowFirewall(DatabaseEdits edits, QubeId id, EquatableArray<int>? places)
    {
        if (Running(edits, id) is { } qube && NetworkValues.NetVm(edits.World, qube) is { } netvm)
        {
            NetworkKeys.WriteFirewall(edits, netvm, qube, places);
            LegacyFirewallKeys.Write(edits, netvm);
        }
    }

    private static void FollowProperty(DatabaseEdits edits, World before, QubeId? id, string property, bool isReset)
    {
        if (edits.World.Find(id) is not { } qube)
        {
            FollowGlobal(edits, before, property, isReset);
            return;
        }

        switch (property)
        {
            case "netvm":
                FollowNetwork(edits, before, qube, evenIfSame: !isReset);
                break;
            case "keyboard_layout" when qube.IsLocal && (isReset || Changed(edits, before, qube, property)):
                DisplayKeys.WriteKeyboard(edits, qube);
                if (!isReset)
                {
                    DisplayKeys.WriteKeyboardOfShown(edits, qube);
                }

                break;
            case "audiovm" when Running(edits, qube.Id) is not null:
                DisplayKeys.WriteAudio(edits, qube);
                break;
            case "relayvm":
                RelayKeys.WriteRemote(edits, qube);
                break;
        }
    }

    // Who leaves the choice to the system hears of a new one; going back to the default is told to nobody.
    private static void FollowGlobal(DatabaseEdits edits, World before, string property, bool isReset)
    {
        switch (property)
        {
            case "default_netvm" when !isReset:
                WriteConnectedOfBoth(edits, before.Find(PropertyValues.Get(before, null, property)?.AsQube()), PropertyValues.GetQube(edits.World, null, property));
                foreach (var qube in edits.Active.Where(qube => NetworkDefaults.Follows(qube) && NetVmOf(before, qube.Id)?.Id != NetVmOf(edits.World, qube.Id)?.Id))
                {
                    Reconnect(edits, qube);
                }

                break;
            case "default_audiovm" when !isReset:
                foreach (var qube in edits.Active.Where(qube => !qube.Properties.ContainsKey("audiovm")))
                {
                    DisplayKeys.WriteAudio(edits, qube);
                }

                break;
        }
    }

    /// <param name="edits">What is written.</param>
    /// <param name="before">The world before the change.</param>
    /// <param name="qube">Whose network it is.</param>
    /// <param name="evenIfSame">Whether it is written although it is the same as before.</param>
    private static void FollowNetwork(DatabaseEdits edits, World before, Qube qube, bool evenIfSame)
    {
        var (old, netvm) = (NetVmOf(before, qube.Id), NetVmOf(edits.World, qube.Id));
        if (old?.Id != netvm?.Id || evenIfSame)
        {
            WriteConnectedOfBoth(edits, old, netvm);
            Reconnect(edits, qube);
        }
    }

    // Losing the network changes nothing in the qube's own database.
    private static void Reconnect(DatabaseEdits edits, Qube qube)
    {
        if (NetVmOf(edits.World, qube.Id) is not { } netvm || Running(edits, qube.Id) is null)
        {
            return;
        }

        RunKeys.WriteAll(edits, qube);
        if (!edits.World.Runs[qube.Id].IsPaused)
        {
            NetworkKeys.WriteMapped(edits, netvm, qube);
        }

        NetworkKeys.WriteFirewall(edits, netvm, qube);
    }

    private static Qube? NetVmOf(World world, QubeId qube) => world.Find(qube) is { } found ? NetworkValues.NetVm(world, found) : null;

    private static void WriteConnectedOfBoth(DatabaseEdits edits, Qube? old, Qube? netvm)
    {
        if (old is not null)
        {
            NetworkKeys.WriteConnected(edits, old);
        }

        if (netvm is not null && netvm.Id != old?.Id)
        {
            NetworkKeys.WriteConnected(edits, netvm);
        }
    }

    private static bool Changed(DatabaseEdits edits, World before, Qube qube, string property) =>
        before.Find(qube.Id) is { } earlier && PropertyValues.Get(before, earlier, property) != PropertyValues.Get(edits.World, qube, property);

    private static Qube? Running(DatabaseEdits edits, QubeId id) => edits.Has(id) && id != QubeId.Dom0 ? edits.World.Find(id) : null;
}
