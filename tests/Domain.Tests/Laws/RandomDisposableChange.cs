namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Random wishes about disposables and about what refers to them.</summary>
public static class RandomDisposableChange
{
    private static readonly string[] Holders = ["a", "b", "c", "dvm", "sys-net", "dom0"];

    public static Action<Draft> Next(Random random) => draft =>
    {
        var disposables = draft.World.InOrder().Where(qube => qube.Class == QubeClass.DispVM).ToList();
        var disposable = disposables.Count > 0 && random.Next(8) > 0 ? disposables[random.Next(disposables.Count)] : null;
        if (disposable is null)
        {
            Create(draft, random);
            return;
        }

        var holder = draft.World.Find(Holders[random.Next(Holders.Length)]) ?? draft.World.Dom0;
        if (random.Next(2) == 0)
        {
            Change(draft, random, disposable);
        }
        else
        {
            Refer(draft, random, holder, disposable);
        }
    };

    private static void Create(Draft draft, Random random)
    {
        var template = draft.World.InOrder().FirstOrDefault(Templates.IsForDisposables);
        if (template is null)
        {
            var app = draft.World.InOrder().FirstOrDefault(qube => qube.Class == QubeClass.AppVM) ?? throw new QubeNotFoundException("a");
            Properties.Set(draft, app.Id, "template_for_dispvms", "True");
            template = draft.World.Qube(app.Id);
        }

        var bytes = new byte[16];
        random.NextBytes(bytes);
        Disposables.Create(draft, template, new QubeId(new Guid(bytes)), random.Next(10000), []);
    }

    private static void Change(Draft draft, Random random, Qube disposable)
    {
        switch (random.Next(10))
        {
            case 0:
                QubeRemoval.Remove(draft, disposable.Id);
                break;
            case 1:
                draft.Record(new QubeRemoved(disposable.Id)); // as when it stopped: whatever refers to it stays as it is
                draft.Record(new QubeShutDown(disposable.Id, "run-1"));
                break;
            case 2:
                Properties.Set(draft, disposable.Id, "auto_cleanup", random.Next(2) == 0 ? "True" : "False");
                break;
            case 3:
                Properties.Reset(draft, disposable.Id, "auto_cleanup");
                break;
            case 4:
                Properties.Set(draft, disposable.Id, "provides_network", "True");
                break;
            case 5:
                Tags.Add(draft, disposable.Id, "t" + random.Next(3));
                break;
            case 6:
                draft.Record(new NotesSet(disposable.Id, "note " + random.Next(3)));
                break;
            case 7:
                Firewalls.Set(draft, disposable.Id, Firewalls.Default);
                break;
            default:
                for (var steps = random.Next(1, 4); steps > 0; steps--)
                {
                    draft.Record(RandomRun.Next(draft.World, disposable.Id, random));
                }

                break;
        }
    }

    private static void Refer(Draft draft, Random random, Qube holder, Qube disposable)
    {
        var run = draft.World.Runs.GetValueOrDefault(holder.Id);
        var device = new DeviceAssignment("block", disposable.Name, "sd" + random.Next(2), "*", "required", []) { Frontend = random.Next(2) == 0 ? null : disposable.Name };
        draft.Record(random.Next(14) switch
        {
            0 or 1 => new PropertySet(holder.IsDom0 ? null : holder.Id, "netvm", PropertyValue.Of(disposable.Id), PropertyValue.Of(disposable.Id)),
            2 => new PropertySet(holder.IsDom0 ? null : holder.Id, "netvm", PropertyValue.NoQube, PropertyValue.Of(disposable.Id)),
            3 => new PropertyReset(holder.IsDom0 ? null : holder.Id, "netvm", PropertyValue.Of(disposable.Id)),
            4 => new FeatureSet(holder.Id, Preload.ListFeature, disposable.Name, null),
            5 => new FeatureSet(holder.Id, "deferred-netvm-original", random.Next(2) == 0 ? disposable.Name : "sys-net", null),
            6 => new FeatureRemoved(holder.Id, random.Next(2) == 0 ? Preload.ListFeature : "deferred-netvm-original"),
            7 => new TagAdded(holder.Id, "created-by-" + disposable.Name),
            8 => holder.Tags.IsEmpty ? new TagAdded(holder.Id, "guivm-" + disposable.Name) : new TagRemoved(holder.Id, holder.Tags[random.Next(holder.Tags.Count)]),
            9 => new DeviceAssigned(holder.Id, device),
            10 => new DeviceUnassigned(holder.Id, "block", disposable.Name, "sd" + random.Next(2), "*"),
            11 => new DeviceAttached(holder.Id, run?.Id ?? "run-1", device),
            12 => new RunObserved(holder.Id, run, new Run("run-3", RunPhase.Started) { Attached = [device] }, $"connected to {disposable.Name}"),
            _ => new HostObserved(Scenario.Host with { BlockDevices = [new BlockDevice("loop0", $"/x/{disposable.Name}/root.img", null, false, null), new BlockDevice("sda", null, null, false, null)] }),
        });
    }
}
