using System.Text;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Random wishes, most of which make sense: what a sequence of clients might ask for.</summary>
public static class RandomChange
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e", "f", "sys-net", "dvm"];

    private static readonly string[] Texts =
        ["", "0", "1", "True", "False", "500", "-1", "red", "9", "10.1.2.3", "::1", "us++", "de+a+b", "hvm", "pvh", "6.6.1", "broken", "x=y", "varlibqubes", "/x", "dir:u:g:0755:/x", "a", "d e"];

    private static readonly string[] FeatureNames =
    [
        "ipv6", "servicevm", "boot-mode.active", "net.fake-ip", "os", "f", "qrexec", "service.a", "service.", "service.meminfo-writer",
        "vm-config.x", "vm-config.1", "custom-persist.k", "custom-persist.", "preload-dispvm-max", "preload-dispvm-delay", "preload-dispvm",
        "supported-rpc.qubes.WaitForRunningSystem", "supported-rpc.qubes.WaitForSession", "set-created-guivm", "tag-created-vm-with",
    ];

    public static Action<Draft> Next(Random random)
    {
        var holder = Pick(random, Names);
        return random.Next(23) switch
        {
            0 or 1 => draft => QubeCreation.Create(draft, new NewQube(
                Pick(random, Enum.GetValues<QubeClass>()), holder, 1 + random.Next(8), random.Next(2) == 0 ? null : Pick(random, Names), random.Next(4) == 0 ? Pick(random, ["p", "q", "default"]) : null, [],
                new QubeId(NewGuid(random)), random.Next(10000))),
            2 => draft => QubeRemoval.Remove(draft, Find(draft, holder)),
            3 or 4 or 5 or 6 => draft => SetOrReset(draft, random, draft.World.Find(holder)),
            7 => draft => SetOrReset(draft, random, null),
            8 => draft => Features.Set(draft, Find(draft, Pick(random, [holder, holder, "dom0"])), Pick(random, FeatureNames), Pick(random, Texts)),
            9 => draft => Features.Remove(draft, Find(draft, holder), Pick(random, FeatureNames)),
            10 => draft => ChangeTag(draft, random, Find(draft, holder)),
            11 => draft => CreateDisposable(draft, random, Find(draft, holder)),
            12 => draft => draft.Record(new HostObserved(Scenario.Host with { TimeZone = Pick(random, Texts), Cpus = 1 + random.Next(8), Kernels = [new HostKernel(holder, true)] })),
            13 => draft => ChangeLabel(draft, random),
            14 => draft => Firewalls.Set(draft, Find(draft, holder), Pick(random, [[], Firewalls.Default, [FirewallRuleParser.Parse("action=drop expire=4102444800")]])),
            15 => draft => ChangePool(draft, random),
            16 => draft => ChangeVolume(draft, random, Find(draft, holder)),
            17 or 18 or 19 => draft => ChangeRun(draft, random, Find(draft, holder)),
            20 => draft => ChangeMark(draft, random),
            21 => draft => ChangePolicy(draft, random),
            _ => draft => ChangeDevice(draft, random, Find(draft, holder)),
        };
    }

    private static void ChangeMark(Draft draft, Random random)
    {
        var name = Pick(random, ["good", "before-upgrade", "7", "now"]);
        if (random.Next(3) == 0)
        {
            Marks.Remove(draft, name);
        }
        else
        {
            Marks.Set(draft, name, random.Next(2) == 0 ? null : random.Next(2));
        }
    }

    // Through calls, which follow links before, and by hand.
    private static void ChangePolicy(Draft draft, Random random)
    {
        var path = Pick(random, [PolicyLocations.Runtime, PolicyLocations.Permanent, PolicyLocations.Includes, "/etc/qubes-rpc/policy", "/home/user"]) + "/" +
            Pick(random, ["30-user.policy", "x", "qubes.A"]);
        var policy = draft.World.Policy;
        var real = policy.Entries.GetValueOrDefault(path)?.RealPath ?? path;
        var text = Pick(random, ["", "* * @anyvm @anyvm deny\n", "!include include/x\n", "no policy", "\0"]);
        switch (random.Next(4))
        {
            case 0:
                PolicyKnowledge.Set(draft, real, text);
                break;
            case 1:
                PolicyKnowledge.Remove(draft, real);
                break;
            default:
                var found = Pick(random, [PolicyFile.Of(text), PolicyFile.Of(text), PolicyFile.Folder, PolicyFile.Other, PolicyFile.Unreadable(text)]);
                PolicyKnowledge.Observe(
                    draft, Pick(random, [policy.With(path, found), policy.With(path, Linked(policy, random)), policy.Without(path)]), random.Next(3) == 0 ? text : null);
                break;
        }
    }

    private static PolicyFile Linked(PolicyFiles policy, Random random)
    {
        var files = policy.Entries.Where(entry => entry.Value is { IsFile: true, RealPath: null }).ToList();
        return files.Count == 0 ? PolicyFile.Other : files[random.Next(files.Count)] is var (path, file) ? file with { RealPath = path } : PolicyFile.Other;
    }

    private static void SetOrReset(Draft draft, Random random, Qube? holder)
    {
        var property = Pick(random, [.. PropertyCatalog.Of(holder)]);
        if (random.Next(4) == 0)
        {
            Properties.Reset(draft, holder?.Id, property.Name);
        }
        else
        {
            Properties.Set(draft, holder?.Id, property.Name, property.Kind == PropertyKind.Qube ? Pick(random, [.. Names, "dom0", ""]) : Pick(random, Texts));
        }
    }

    private static void ChangeTag(Draft draft, Random random, QubeId id)
    {
        var tag = Pick(random, ["x", "y", "created-by-a", "guivm-a"]);
        if (random.Next(2) == 0)
        {
            Tags.Add(draft, id, tag);
        }
        else
        {
            Tags.Remove(draft, id, tag);
        }
    }

    private static void CreateDisposable(Draft draft, Random random, QubeId destination)
    {
        var template = Disposables.TemplateFor(draft.World, draft.World.Qube(destination), draft.World.Dom0);
        Disposables.Create(draft, template, new QubeId(NewGuid(random)), random.Next(10000), [random.Next(10000)]);
    }

    // Up to a whole run at once, so that qubes get far; what the executor would find comes without a wish.
    private static void ChangeRun(Draft draft, Random random, QubeId id)
    {
        for (var steps = random.Next(1, 5); steps > 0; steps--)
        {
            draft.Record(RandomRun.Next(draft.World, id, random));
        }
    }

    private static void ChangeLabel(Draft draft, Random random)
    {
        var name = Pick(random, ["teal", "cyan", "9"]);
        if (random.Next(2) == 0)
        {
            Labels.Create(draft, name, "0x00a0a0");
        }
        else
        {
            Labels.Remove(draft, name);
        }
    }

    private static void ChangeDevice(Draft draft, Random random, QubeId id)
    {
        var device = DeviceArgument.Parse(
            draft.World, Pick(random, ["pci", "block"]), Pick(random, ["dom0", "a", "b", "_"]) + "+" + Pick(random, ["sda", "_", "00_14.0+x"]));
        switch (random.Next(4))
        {
            case 0:
                Devices.Unassign(draft, id, device);
                break;
            case 1:
                Devices.SetMode(draft, id, device, Pick(random, ["required", "auto-attach", "manual"]));
                break;
            default:
                var payload = Pick(random, ["mode='required'", "mode='ask-to-attach' _a='b' _c='\\''", "mode='auto-attach' frontend_domain='a'", "x"]);
                Devices.Assign(draft, id, AssignmentText.Parse(draft.World, Encoding.ASCII.GetBytes(payload), device));
                break;
        }
    }

    private static void ChangePool(Draft draft, Random random)
    {
        var name = Pick(random, ["p", "q", "default", "varlibqubes", "linux-kernel"]);
        switch (random.Next(5))
        {
            case 0:
                Pools.Remove(draft, name);
                break;
            case 1:
                Pools.SetRevisions(draft, name, Bytes(Pick(random, ["-1", "0", "7", "x"])));
                break;
            case 2:
                Pools.SetEphemeral(draft, name, Bytes(Pick(random, Texts)));
                break;
            default:
                var options = Pick(random, ["", "\nrevisions_to_keep=-1", "\nephemeral_volatile=on", "\nx=y"]);
                Pools.Add(draft, PoolDesign.Parse(Pick(random, ["file", "file-reflink", "linux-kernel"]), Bytes($"name={name}\ndir_path=/srv/{name}{options}")), PoolSetup.Done);
                break;
        }
    }

    private static void ChangeVolume(Draft draft, Random random, QubeId id)
    {
        var address = VolumeAddress.OfQube(id, Pick(random, ["root", "private", "volatile", "kernel"]));
        var value = Bytes(Pick(random, Texts));
        var change = "c" + random.Next(3);
        switch (random.Next(9))
        {
            case 0:
                VolumeSettings.SetRevisions(draft, address, value);
                break;
            case 1:
                VolumeSettings.SetRw(draft, address, value);
                break;
            case 2:
                VolumeSettings.SetEphemeral(draft, address, value);
                break;
            case 3:
                VolumeContents.Clone(draft, address, "varlibqubes", "appvms/a/private", change);
                break;
            case 4:
                VolumeContents.Clear(draft, address, change);
                break;
            case 5:
                VolumeImports.Begin(draft, id, address.Name, value, change);
                VolumeImports.Opened(draft, id, address.Name, change);
                break;
            case 6:
                VolumeOutcomes.Created(draft, id, isNews: true);
                break;
            case 7:
                Settle(draft, random, id, address.Name);
                break;
            default:
                VolumeContents.Resize(draft, address, value, change);
                break;
        }
    }

    // As the storage process does.
    private static void Settle(Draft draft, Random random, QubeId id, string volume)
    {
        if (draft.World.LeftVolumes.Count > 0 && random.Next(2) == 0)
        {
            VolumeOutcomes.Removed(draft, draft.World.LeftVolumes.Keys.First());
        }

        if (draft.World.Qube(id).StateOf(volume).Changes is { Count: > 0 } open)
        {
            VolumeOutcomes.Ready(draft, id, volume, open[0].Id);
            if (random.Next(3) == 0)
            {
                VolumeOutcomes.Failed(draft, id, volume, open[0].Id, "the disk is full");
            }
            else
            {
                VolumeOutcomes.Changed(draft, id, volume, open[0].Id, [new VolumeRevision(random.Next(9).ToString(System.Globalization.CultureInfo.InvariantCulture), random.Next(1000))]);
            }
        }
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    private static QubeId Find(Draft draft, string name) => draft.World.Find(name)?.Id ?? throw new QubeNotFoundException(name);

    private static T Pick<T>(Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];

    private static Guid NewGuid(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
