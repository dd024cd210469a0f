using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Worlds as the API could have made them: every class, kind of value, label, pool, device and volume.</summary>
internal sealed class RandomWorld
{
    private static readonly QubeClass[] Classes =
        [QubeClass.TemplateVM, QubeClass.AppVM, QubeClass.StandaloneVM, QubeClass.DispVM, QubeClass.RemoteVM, QubeClass.AppVM];

    private readonly Choices choices;
    private readonly List<QubeId> ids = [];
    private World world;

    private RandomWorld(Choices choices)
    {
        this.choices = choices;
        world = World.Empty;
    }

    /// <summary>Shrinks by leaving decisions out and by taking smaller ones.</summary>
    public static Arbitrary<int[]> Decisions => Arb.From(
        Gen.Choose(0, 1 << 20).ArrayOf().Resize(2000),
        numbers => ArbMap.Default.ArbFor<int[]>().Shrinker(numbers));

    public static World From(IReadOnlyList<int> decisions) => new RandomWorld(new Choices(decisions)).Build();

    private IEnumerable<Qube> Local => ids.Select(world.Qube).Where(qube => qube.IsLocal);

    private World Build()
    {
        Labels();
        Pools();
        Add(new Qube { Id = QubeId.Dom0, Name = "dom0", Class = QubeClass.AdminVM, Qid = 0 });
        foreach (var number in choices.UpTo(7))
        {
            AddQube(number);
        }

        foreach (var id in ids)
        {
            Complete(world.Qube(id));
        }

        world = world with { Properties = Values(PropertyCatalog.Global, null) };
        return world with { Host = new HostFacts { Cpus = 3 }, Position = new LogPosition(42) };
    }

    private void Labels()
    {
        var labels = Label.BuiltIn.ToList();
        var index = Label.LastBuiltIn;
        foreach (var _ in choices.UpTo(3))
        {
            index += 1 + choices.Below(4);
            var name = choices.Of([choices.Name(), "7", "label-3", "none"]);
            if (labels.TrueForAll(label => label.Name != name))
            {
                labels.Add(new Label(index, name, "0x00a0a" + choices.Below(10)));
            }
        }

        world = labels.Aggregate(world, (all, label) => Evolve.Apply(all, new LabelAdded(label.Index, label.Name, label.Color)));
    }

    private void Pools()
    {
        AddPool("linux-kernel", "linux-kernel", new NamedText("dir_path", "/var/lib/qubes/vm-kernels"));
        foreach (var _ in choices.UpTo(4))
        {
            var name = choices.Name();
            var revisions = new NamedText("revisions_to_keep", (choices.Below(5) - 1).ToString());
            var ephemeral = new NamedText("ephemeral_volatile", choices.OneIn(2) ? "True" : "False");
            var text = choices.Text();
            switch (choices.Below(5))
            {
                case 0:
                    AddPool(name, choices.Of(["file", "file-reflink"]), new("dir_path", text), new("driver", ""), revisions, ephemeral);
                    break;
                case 1:
                    AddPool(name, "lvm_thin", new("volume_group", text), new("thin_pool", text), new("driver", ""), revisions, ephemeral);
                    break;
                case 2:
                    AddPool(name, "zfs", new("container", text), new("driver", ""), revisions, ephemeral, new("snap_on_start_forensics", "False"));
                    break;
                case 3:
                    AddPool(name, "callback", new("driver", ""), new("conf_id", text));
                    break;
                default:
                    AddPool(name, "linux-kernel", new NamedText("dir_path", text));
                    break;
            }
        }
    }

    private void AddPool(string name, string driver, params NamedText[] config)
    {
        var entries = config.Where(entry => entry.Name != "driver").Prepend(new NamedText("name", name)).ToList();
        var place = config.ToList().FindIndex(entry => entry.Name == "driver");
        entries.Insert(place < 0 ? entries.Count : place + 1, new NamedText("driver", driver));
        if (world.FindPool(name) is null)
        {
            world = Evolve.Apply(world, new PoolAdded(name, driver, entries.ToEquatableArray()));
        }
    }

    private void AddQube(int number)
    {
        var @class = choices.Of(Classes);
        var templates = Local.Where(qube => @class == QubeClass.DispVM ? Is(qube, "template_for_dispvms") : qube.Class == QubeClass.TemplateVM).ToList();
        if (@class is QubeClass.AppVM or QubeClass.DispVM && templates.Count == 0)
        {
            @class = QubeClass.TemplateVM;
        }

        var id = new QubeId(new Guid(number + 1, 0, 0x4000, [0x80, 0, 0, 0, 0, 0, (byte)choices.Below(256), (byte)choices.Below(256)]));
        var name = choices.Name();
        if (world.Find(name) is not null || name == "dom0")
        {
            return;
        }

        var properties = SmallMap<PropertyValue>.Empty;
        if (@class is QubeClass.AppVM or QubeClass.DispVM)
        {
            properties = properties.With("template", PropertyValue.Of(choices.Of(templates).Id));
        }

        if (@class is QubeClass.AppVM or QubeClass.StandaloneVM && choices.Maybe() is { } forDisposables)
        {
            properties = properties.With("template_for_dispvms", PropertyValue.Of(forDisposables));
        }

        if (@class != QubeClass.RemoteVM && choices.OneIn(2))
        {
            // The network of a provider is always explicit and leads to providers before it: no loops.
            var providers = Local.Where(qube => Is(qube, "provides_network")).Select(qube => (QubeId?)qube.Id).Append(null).ToList();
            properties = properties.With("provides_network", PropertyValue.True).With("netvm", PropertyValue.Of(choices.Of(providers)));
        }

        Add(new Qube { Id = id, Name = name, Class = @class, Qid = number * 37 + 1, Properties = properties });
    }

    private void Add(Qube qube)
    {
        world = Evolve.Apply(world, new QubeAdded(qube.Id, qube.Name, qube.Class, qube.Qid, [], [], [], []));
        world = world with { Qubes = world.Qubes.SetItem(qube.Id, qube) };
        ids.Add(qube.Id);
    }

    private void Complete(Qube qube)
    {
        var features = SmallMap<string>.Empty;
        foreach (var _ in choices.UpTo(4))
        {
            features = features.With(choices.Name(), choices.Printable());
        }

        qube = qube with
        {
            Properties = Values(PropertyCatalog.Of(qube.Class), qube),
            Features = features,
            Tags = Qube.EmptyTags.Union(choices.UpTo(4).Select(_ => choices.Name()).ToList()),
            Notes = choices.Text(),
        };
        if (qube.IsLocal)
        {
            qube = qube with { Devices = choices.UpTo(4).Select(_ => Device()).DistinctBy(device => (device.Class, device.Port, device.Device)).ToEquatableArray() };
        }

        if (qube.IsLocal && !qube.IsDom0)
        {
            string[] extras = [.. choices.UpTo(2).Select(_ => "x" + choices.Name()).Distinct()];
            qube = qube with { Volumes = new[] { "root", "private", "volatile", "kernel" }.Concat(extras).Select(Volume).ToEquatableArray() };
        }

        world = world with { Qubes = world.Qubes.SetItem(qube.Id, qube) };
    }

    private SmallMap<PropertyValue> Values(IReadOnlyList<PropertyDefinition> definitions, Qube? qube)
    {
        var values = qube?.Properties ?? SmallMap<PropertyValue>.Empty;
        foreach (var definition in definitions.OrderBy(_ => choices.Below(3)).ToList())
        {
            if (!definition.ReadOnly && definition.Name is not ("name" or "qid" or "uuid" or "template" or "template_for_dispvms" or "provides_network")
                && !values.ContainsKey(definition.Name) && choices.OneIn(4))
            {
                values = values.With(definition.Name, Value(definition));
            }
        }

        return values;
    }

    private PropertyValue Value(PropertyDefinition definition) => definition.Kind switch
    {
        PropertyKind.Integer => choices.OneIn(8) ? PropertyValue.NoInteger : PropertyValue.Of(choices.Integer()),
        PropertyKind.Boolean => PropertyValue.Of(choices.OneIn(2)),
        PropertyKind.Label => PropertyValue.OfLabel(choices.Of([.. world.Labels.Keys])),
        PropertyKind.Qube => PropertyValue.Of(choices.Of([null, .. Targets(definition.Name)])),
        _ => choices.OneIn(8) ? PropertyValue.NoText : PropertyValue.Of(choices.Text()),
    };

    private IEnumerable<QubeId?> Targets(string property) => Local.Where(qube => property switch
    {
        "netvm" or "default_netvm" => Is(qube, "provides_network"),
        "default_dispvm" or "management_dispvm" => Is(qube, "template_for_dispvms"),
        "default_template" => qube.Class == QubeClass.TemplateVM,
        _ => true,
    }).Select(qube => (QubeId?)qube.Id);

    private DeviceAssignment Device() => new(
        choices.Of(["pci", "block", "usb", "mic"]),
        choices.Of([.. ids.Select(id => world.Qube(id).Name), "*"]),
        choices.Of(["*", "00_14.0", choices.Text()]),
        choices.Of(["*", "0x8086:0xa0ed::p0c0330", choices.Text()]),
        choices.Of(["required", "auto-attach", "ask-to-attach"]),
        choices.UpTo(3).Select(number => new NamedText(choices.Name() + number, choices.Text())).ToEquatableArray());

    private VolumeConfig Volume(string name)
    {
        var snapshot = choices.OneIn(3);
        var volume = new VolumeConfig
        {
            Name = name,
            Pool = choices.Of([.. world.Pools.Select(pool => pool.Name), "gone"]),
            Vid = choices.Text(),
            RevisionsToKeep = choices.Below(9) - 1,
            Rw = choices.OneIn(2),
            SaveOnStop = choices.OneIn(2),
            SnapOnStart = snapshot,
            Ephemeral = choices.Maybe(),
            SizeBytes = choices.OneIn(4) ? 0 : choices.Below(1 << 20),
            Source = snapshot ? choices.Text() : null,
        };
        return KernelVolumes.Has(world, volume) ? volume with { Vid = "" } : volume;
    }

    private static bool Is(Qube qube, string property) => qube.Properties.Find(property)?.IsTruthy == true;
}
