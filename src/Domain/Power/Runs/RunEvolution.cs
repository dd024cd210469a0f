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
            Phase = RunPhase.Spawned, Xid = e.Xid, StubdomXid = e.StubdomXid, Stubdom = e.Stubdom, StartedAtMicroseconds = e.AtMicroseconds,
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
        QubeStopped => new Run(run.Id, RunPhase.Stopped),
        QubeShutDown => null,
        NetworkConnected e => run with { NetVm = e.NetVm },
        DeviceAttached e => run with { Attached = run.Attached.Where(other => !Is(other, e.Assignment.Class, e.Assignment.Backend, e.Assignment.Port)).Append(e.Assignment).ToEquatableArray() },
        DeviceDetached e => run with { Attached = run.Attached.Where(other => !Is(other, e.Class, e.Backend, e.Port)).ToEquatableArray() },
        _ => throw new InvalidOperationException($"no rule folds the event {@event.GetType().Name}"),
    };

    private static bool Is(DeviceAssignment device, string @class, string backend, string port) =>
        device.Class == @class && device.Backend == backend && device.Port == port;
}
