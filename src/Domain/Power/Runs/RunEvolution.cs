namespace Qubes.Cqrs.Domain;

/// <summary>Folds what happens to runs.</summary>
internal static class RunEvolution
{
    /// <summary>The world after something about a run; of a qube or a run that is not there, nothing changes.</summary>
    internal static World Apply(World world, RunEvent @event)
    {
        if (!world.Qubes.ContainsKey(@event.Qube))
        {
            return world;
        }

        if (@event is StartRequested)
        {
            return With(world, @event.Qube, new Run(@event.Run, RunPhase.Requested));
        }

        if (@event is QubeStopped stopped)
        {
            var qube = world.Qube(@event.Qube);
            world = world with { Qubes = world.Qubes.SetItem(qube.Id, qube with { LastRunEndMicroseconds = stopped.AtMicroseconds }) };
        }

        return world.Runs.TryGetValue(@event.Qube, out var run) && run.Id == @event.Run ? With(world, @event.Qube, Next(world, run, @event)) : world;
    }

    /// <summary>The world after something was found to be otherwise.</summary>
    internal static World Apply(World world, RunObserved @event) => world.Qubes.ContainsKey(@event.Qube) ? With(world, @event.Qube, @event.Is) : world;

    private static World With(World world, QubeId qube, Run? run) =>
        world with { Runs = run is null ? world.Runs.Remove(qube) : world.Runs.SetItem(qube, run) };

    private static Run? Next(World world, Run run, RunEvent @event) => @event switch
    {
        QubeSpawning => run with { Phase = RunPhase.Spawning },
        QubeSpawned e => run with
        {
            Phase = RunPhase.Spawned,
            Xid = e.Xid,
            StubdomXid = e.StubdomXid,
            Stubdom = e.Stubdom,
            StartedAtMicroseconds = e.AtMicroseconds,
            NetVm = NetworkValues.NetVm(world, world.Qube(e.Qube))?.Id, // the definition has it
        },
        QubeStarted => run with { Phase = RunPhase.Started },
        StartFailed e => run.Phase switch
        {
            RunPhase.Requested => null,
            RunPhase.Spawning => e.IsLeftOver ? run with { Phase = RunPhase.Failed, Wish = RunWish.Kill } : null,
            RunPhase.Stopped => run,
            _ => run with { Phase = RunPhase.Failed, Wish = RunWish.Kill },
        },
        ActivityObserved e => run with { Activity = e.Activity },
        StopRequested e => run with { Wish = e.Wish },
        StopSettled => run with { Wish = RunWish.None },
        ShutdownFailed => run with { Wish = RunWish.None },
        QubeStopped => new Run(run.Id, RunPhase.Stopped) { Attached = run.Attached, Offered = run.Offered }, // what follows has to be told yet
        QubeShutDown => null,
        NetworkConnected e => run with { NetVm = e.NetVm },
        DevicesObserved e => run with { Offered = e.Devices },
        DeviceAttachRequested e => run with { Attaching = Others(run.Attaching, Place(e.Assignment)).Append(e.Assignment).ToEquatableArray() },
        DeviceDetachRequested e => run with
        {
            Detaching = Others(run.Detaching, (e.Class, e.Backend, e.Port))
                .Concat(run.Attached.Where(device => Place(device) == (e.Class, e.Backend, e.Port))).ToEquatableArray(),
        },
        DeviceWishDropped e => Settled(run, (e.Class, e.Backend, e.Port)),
        DeviceAttached e => Settled(run, Place(e.Assignment)) with { Attached = Others(run.Attached, Place(e.Assignment)).Append(e.Assignment).ToEquatableArray() },
        DeviceDetached e => Settled(run, (e.Class, e.Backend, e.Port)) with { Attached = Others(run.Attached, (e.Class, e.Backend, e.Port)).ToEquatableArray() },
        _ => throw new InvalidOperationException($"no rule folds the event {@event.GetType().Name}"),
    };

    private static Run Settled(Run run, (string Class, string Backend, string Port) place) =>
        run with { Attaching = Others(run.Attaching, place).ToEquatableArray(), Detaching = Others(run.Detaching, place).ToEquatableArray() };

    private static IEnumerable<DeviceAssignment> Others(EquatableArray<DeviceAssignment> devices, (string Class, string Backend, string Port) place) =>
        devices.Where(device => Place(device) != place);

    private static (string Class, string Backend, string Port) Place(DeviceAssignment device) => (device.Class, device.Backend, device.Port);
}
