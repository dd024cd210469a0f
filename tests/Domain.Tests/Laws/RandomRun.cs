namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Random events about the runs of a qube: mostly the one that comes next, at times one that makes no sense there.</summary>
public static class RandomRun
{
    private static readonly string[] Runs = ["run-1", "run-2"];

    /// <summary>One event about a qube's run.</summary>
    public static DomainEvent Next(World world, QubeId qube, Random random)
    {
        var run = world.Runs.GetValueOrDefault(qube);
        return random.Next(4) == 0 ? Any(qube, Runs[random.Next(Runs.Length)], run, random) : Following(qube, run, random);
    }

    private static DomainEvent Following(QubeId qube, Run? run, Random random) => run?.Phase switch
    {
        null => new StartRequested(qube, Runs[random.Next(Runs.Length)]),
        RunPhase.Requested => random.Next(4) == 0 ? new StartFailed(qube, run.Id, "no memory") : new QubeSpawning(qube, run.Id),
        RunPhase.Spawning => Spawned(qube, run.Id, random),
        RunPhase.Spawned => random.Next(4) == 0 ? new StartFailed(qube, run.Id, "no qrexec") : new QubeStarted(qube, run.Id),
        RunPhase.Failed => new QubeStopped(qube, run.Id),
        RunPhase.Stopped => new QubeShutDown(qube, run.Id),
        _ => run.Wish == RunWish.None ? Running(qube, run, random) : new StopSettled(qube, run.Id),
    };

    private static DomainEvent Running(QubeId qube, Run run, Random random) => random.Next(5) switch
    {
        0 => new DeviceAttached(qube, run.Id, Device(random)),
        1 => new DeviceDetached(qube, run.Id, "block", "dom0", Port(random)),
        2 => Observed(qube, run.Id, random),
        3 => new StopRequested(qube, run.Id, random.Next(2) == 0 ? RunWish.Shutdown : RunWish.Kill),
        _ => new QubeStopped(qube, run.Id),
    };

    private static DomainEvent Any(QubeId qube, string id, Run? run, Random random) => random.Next(14) switch
    {
        0 => new StartRequested(qube, id),
        1 => new QubeSpawning(qube, id),
        2 => Spawned(qube, id, random),
        3 => new QubeStarted(qube, id),
        4 => new StartFailed(qube, id, "x"),
        5 => Observed(qube, id, random),
        6 => new StopRequested(qube, id, RunWish.Kill),
        7 => new StopSettled(qube, id),
        8 => new ShutdownFailed(qube, id, "x"),
        9 => new QubeStopped(qube, id),
        10 => new QubeShutDown(qube, id),
        11 => new DeviceAttached(qube, id, Device(random)),
        12 => new DeviceDetached(qube, id, "block", "dom0", Port(random)),
        _ => new RunObserved(qube, run, Found(id, random), "found otherwise"),
    };

    private static QubeSpawned Spawned(QubeId qube, string id, Random random) => new(
        qube, id, 1 + random.Next(9), random.Next(2) == 0 ? -1 : 7, random.Next(2) == 0 ? null : new QubeId(new Guid(random.Next(), 0, 0, new byte[8])), random.Next());

    private static ActivityObserved Observed(QubeId qube, string id, Random random) =>
        new(qube, id, (DomainActivity)random.Next(Enum.GetValues<DomainActivity>().Length));

    private static Run? Found(string id, Random random) => random.Next(2) == 0
        ? null
        : new Run(id, (RunPhase)random.Next(Enum.GetValues<RunPhase>().Length)) { Xid = random.Next(9), Activity = DomainActivity.Running, Attached = [Device(random)] };

    private static DeviceAssignment Device(Random random) => new("block", "dom0", Port(random), "*", "manual", []);

    private static string Port(Random random) => random.Next(2) == 0 ? "sda" : "sdb";
}
