using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What holds of devices after any sequence of announcements, attachments, starts and stops, granted or refused.</summary>
public sealed class DeviceLaws
{
    private const int Steps = 120;
    private static readonly string[] Names = ["work", "net", "dvm"];
    private static readonly string[] Ports = ["sda", "sda1", "sdb", "sr0"];

    [Fact]
    public void Devices_are_where_they_can_be() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var scenario = Scenario.Usual();
        for (var step = 0; step < Steps; step++)
        {
            var rule = Next(random);
            scenario.When(draft => rule(draft));
            Check(scenario.World);
        }
    }).QuickCheckThrowOnFailure();

    private static void Check(World world)
    {
        var active = PowerStates.ActiveQubes(world).Select(qube => (Qube: qube, Run: world.Runs[qube.Id])).ToList();
        var places = active.SelectMany(entry => entry.Run.Attached.Concat(entry.Run.Attaching)).Select(Place).ToList();
        Assert.Equal(places.Count, places.Distinct().Count()); // one frontend per device
        foreach (var (qube, run) in active)
        {
            Assert.Empty(run.Attached.Select(Place).Intersect(run.Attaching.Select(Place)));
            Assert.Empty(run.Detaching.Select(Place).Except(run.Attached.Select(Place)));
            var names = run.Attached.Concat(run.Attaching).Select(device => BlockOptions.Find(device, "frontend-dev")).OfType<string>().ToList();
            Assert.Equal(names.Count, names.Distinct().Count());
            Assert.DoesNotContain(names, name => name is "xvda" or "xvdb" or "xvdc" or "xvdd");

            // What a qube had that has just gone is told with the end of its run, which follows.
            Assert.All(run.Attached, device => Assert.True(
                world.Find(device.Backend) is { } backend &&
                (KnownDevices.OfferedBlocks(world, backend).Any(offered => offered.Port == device.Port) || world.Runs[backend.Id].Phase == RunPhase.Stopped)));
        }

        Assert.All(world.Runs.Values.Where(run => run.Phase is RunPhase.Requested or RunPhase.Spawning), run => Assert.Empty(run.Attached));
    }

    private static (string Class, string Backend, string Port) Place(DeviceAssignment device) => (device.Class, device.Backend, device.Port);

    private static Action<Draft> Next(Random random)
    {
        var (name, other, port) = (Pick(random, Names), Pick(random, [.. Names, "dom0"]), Pick(random, Ports));
        return random.Next(12) switch
        {
            0 or 1 => draft => Start(draft, draft.World.Find(name)!.Id, random),
            2 => draft => Stop(draft, draft.World.Find(name)!.Id),
            3 or 4 => draft => Announce(draft, draft.World.Find(other)!.Id, random),
            5 or 6 => draft => DeviceAttachment.Request(draft, draft.World.Find(name)!.Id, new DeviceAssignment("block", other, port, "*", "manual", [])),
            7 or 8 => draft => Settle(draft, draft.World.Find(name)!.Id, random),
            9 => draft => DeviceAttachment.RequestDetach(draft, draft.World.Find(name)!.Id, new DeviceAddress("block", other, port, "*")),
            10 => draft => Devices.Assign(draft, draft.World.Find(name)!.Id, new DeviceAssignment("block", other, port, "*", Pick(random, ["required", "auto-attach"]), [])),
            _ => draft => Devices.Unassign(draft, draft.World.Find(name)!.Id, new DeviceAddress("block", other, port, "*")),
        };
    }

    private static void Start(Draft draft, QubeId id, Random random)
    {
        var run = "run " + random.Next();
        Starts.Request(draft, id, run);
        if (draft.World.Runs[id].Id == run)
        {
            Starts.Spawn(draft, id, run);
            Starts.Spawned(draft, new QubeSpawned(id, run, random.Next(1, 99), -1, null, 1));
            Starts.Complete(draft, id, run);
            foreach (var (device, assignment) in AutoAttachment.AtStart(draft.World, draft.World.Qube(id)).ToList())
            {
                DeviceAttachment.RequestAssigned(draft, id, device.Address, assignment);
            }
        }
    }

    // The end of a run is told in two steps.
    private static void Stop(Draft draft, QubeId id)
    {
        if (draft.World.Runs.TryGetValue(id, out var run))
        {
            (run.Phase == RunPhase.Stopped ? (Action<Draft, QubeId, string>)Stops.Complete : Stops.Stopped)(draft, id, run.Id);
        }
    }

    private static void Announce(Draft draft, QubeId id, Random random)
    {
        var devices = Ports.Where(_ => random.Next(2) == 0)
            .Select(port => new BlockDevice(port, "DISK", null, random.Next(2) == 0, random.Next(3) == 0 ? new DevicePort("block", "sda") : null)).ToEquatableArray();
        DeviceObservations.Note(draft, id, draft.World.Runs.GetValueOrDefault(id)?.Id, devices, random.Next(2) == 0 ? null : DeviceObservations.WatchedKey);
    }

    private static void Settle(Draft draft, QubeId id, Random random)
    {
        if (draft.World.Runs.GetValueOrDefault(id) is not { } run)
        {
            return;
        }

        foreach (var device in run.Attaching)
        {
            (random.Next(3) > 0 ? (Action)(() => DeviceAttachment.Complete(draft, id, run.Id, device)) : () => DeviceAttachment.Drop(draft, id, run.Id, device, "no"))();
        }

        foreach (var device in run.Detaching)
        {
            (random.Next(3) > 0 ? (Action)(() => DeviceAttachment.Detached(draft, id, run.Id, device)) : () => DeviceAttachment.Drop(draft, id, run.Id, device, "no"))();
        }
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
