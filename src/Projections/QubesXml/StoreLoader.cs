using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Builds the world that a store states, stage by stage as the original loads it.</summary>
/// <remarks>Source: spec, qubes-xml 4.</remarks>
internal sealed class StoreLoader(Func<QubeId> newId, HostFacts host)
{
    /// <summary>One more than there are numbers for.</summary>
    private const int MostQubes = 10002;

    private readonly List<QubesXmlWarning> warnings = [];
    private readonly List<(StoreElement Element, QubeId Id)> domains = [];
    private World world = World.Empty with { Host = host };

    /// <summary>What was left out or changed.</summary>
    public IReadOnlyList<QubesXmlWarning> Warnings => warnings;

    /// <summary>The world of a store.</summary>
    public World Load(StoreElement root)
    {
        Labels(root);
        Pools(root);
        foreach (var domain in root.At("domains", "domain", MostQubes))
        {
            AddQube(domain);
        }

        AddMissingDom0();
        var properties = new StoreProperties(world, Warn);
        world = world with { Properties = properties.ReadGlobal(root) };
        foreach (var (domain, id) in domains)
        {
            Change(id, qube => properties.ReadReferences(domain, qube));
        }

        world = StoreNetwork.WithoutLoops(StoreNetwork.WithFirewallProvider(world, root, Warn), Warn);
        Contents();
        if (!world.Properties.ContainsKey("default_template"))
        {
            Warn(0, "default_template has no value");
        }

        return world;
    }

    private void Labels(StoreElement root)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var element in root.At("labels", "label"))
        {
            if (StoreText.AfterHyphen(element.Find("id")) is not { } index)
            {
                throw element.Fault(QubesXmlFault.InvalidValue, $"'{element.Find("id")}' is no label id");
            }

            var name = element.Text ?? "";
            if (!names.TryAdd(name, element.Line) || world.Labels.ContainsKey(index))
            {
                throw element.Fault(QubesXmlFault.Duplicate, $"the label '{name}' with the index {index} is already defined");
            }

            world = Evolve.Apply(world, new LabelAdded(index, name, StoreMigrations.Color(element.Required("color").Trim())));
        }
    }

    private void Pools(StoreElement root)
    {
        foreach (var element in root.At("pools", "pool"))
        {
            if (StorePools.Read(element, out var reason) is not { } pool)
            {
                Warn(element.Line, $"pool '{element.Find("name")}' is left out: {reason}");
            }
            else if (world.FindPool(pool.Name) is not null)
            {
                Warn(element.Line, $"pool '{pool.Name}' is left out: a pool of this name comes before it");
            }
            else
            {
                world = Evolve.Apply(world, new PoolAdded(pool.Name, pool.Driver, pool.Config));
            }
        }
    }

    private void AddQube(StoreElement domain)
    {
        var identity = StoreIdentity.Read(domain, newId);
        Unique(domain, world.Find(identity.Name) is not null, $"the name '{identity.Name}'");
        Unique(domain, world.Qids.Contains(identity.Qid), string.Create(CultureInfo.InvariantCulture, $"the qid {identity.Qid}"));
        Unique(domain, world.Find(identity.Id) is not null, $"the uuid '{identity.Id}'");
        world = Evolve.Apply(world, new QubeAdded(identity.Id, identity.Name, identity.Class, identity.Qid, [], [], [], []));
        var properties = new StoreProperties(world, Warn);
        Change(identity.Id, qube => properties.ReadOwn(domain, qube));
        domains.Add((domain, identity.Id));
    }

    private static void Unique(StoreElement domain, bool taken, string what)
    {
        if (taken)
        {
            throw domain.Fault(QubesXmlFault.Duplicate, $"another qube has {what} already");
        }
    }

    private void AddMissingDom0()
    {
        if (world.Find(QubeId.Dom0) is not null)
        {
            return;
        }

        Warn(0, "dom0 is missing and was added");
        var black = world.Labels.Values.FirstOrDefault(label => label.Name == "black");
        EquatableArray<NamedValue> properties = black is null ? [] : [new("label", PropertyValue.OfLabel(black.Index))];
        world = Evolve.Apply(world, new QubeAdded(QubeId.Dom0, "dom0", QubeClass.AdminVM, 0, properties, [], [], []));
    }

    /// <summary>Features, tags, devices and volumes: templates before what is based on them, since volumes take over from them.</summary>
    private void Contents()
    {
        foreach (var (domain, id) in domains.OrderBy(entry => world.Qube(entry.Id).Class switch
        {
            QubeClass.AppVM => 1,
            QubeClass.DispVM => 2,
            _ => 0,
        }))
        {
            Change(id, qube => StoreContents.Read(domain, qube, world, Warn));
            Change(id, qube => qube with { Volumes = new StoreVolumes(world, qube, Warn).Read(domain) });
        }
    }

    private void Change(QubeId id, Func<Qube, Qube> change) => world = world with { Qubes = world.Qubes.SetItem(id, change(world.Qube(id))) };

    private void Warn(int line, string text) => warnings.Add(new QubesXmlWarning(line, text));
}
