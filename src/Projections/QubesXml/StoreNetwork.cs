using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Mends the network that a store describes.</summary>
/// <remarks>Source: spec, qubes-xml 4 and properties (<c>netvm</c>, <c>_legacy</c>).</remarks>
internal static class StoreNetwork
{
    /// <summary>A global property of older versions.</summary>
    public const string FirewallNetvm = "default_fw_netvm";

    /// <summary>The world in which what an older version's global property said stands at each network provider.</summary>
    public static World WithFirewallProvider(World world, StoreElement root, Action<int, string> warn)
    {
        var element = root.At("properties", "property").LastOrDefault(property => property.Find("name") == FirewallNetvm);
        if (element is null)
        {
            return world;
        }

        warn(element.Line, $"{FirewallNetvm} belongs to older versions and is left out");
        if (world.Find(StoreProperties.TextOf(element) ?? "") is not { } provider
            || world.Properties.Find("default_netvm")?.AsQube() == provider.Id
            || !Provides(provider))
        {
            return world;
        }

        return world.InOrder().Where(qube => Provides(qube) && !qube.Properties.ContainsKey("netvm"))
            .Aggregate(world, (changed, qube) => WithNetvm(changed, qube, PropertyValue.Of(provider.Id)));
    }

    /// <summary>The world in which no qube's network leads back to itself: the first member of each loop loses its netvm.</summary>
    public static World WithoutLoops(World world, Action<int, string> warn)
    {
        var settled = new HashSet<QubeId>();
        var order = world.InOrder().Select((qube, place) => (qube.Id, place)).ToDictionary(entry => entry.Id, entry => entry.place);
        var cut = new List<Qube>();
        foreach (var start in world.InOrder())
        {
            var path = new List<Qube>();
            var onPath = new HashSet<QubeId>();
            var current = start;
            while (current is not null && !settled.Contains(current.Id) && onPath.Add(current.Id))
            {
                path.Add(current);
                current = Netvm(world, current);
            }

            if (current is not null && onPath.Contains(current.Id))
            {
                cut.Add(path.SkipWhile(qube => qube.Id != current.Id).MinBy(qube => order[qube.Id])!); // holds current at least
            }

            settled.UnionWith(onPath);
        }

        foreach (var qube in cut)
        {
            warn(0, $"netvm of '{qube.Name}' is empty now: it led back to the qube itself");
            world = WithNetvm(world, qube, PropertyValue.NoQube);
        }

        return world;
    }

    private static bool Provides(Qube qube) => qube.Properties.Find("provides_network")?.IsTruthy == true;

    private static World WithNetvm(World world, Qube qube, PropertyValue netvm) => world with
    {
        Qubes = world.Qubes.SetItem(qube.Id, qube with { Properties = qube.Properties.With("netvm", netvm) }),
    };

    private static Qube? Netvm(World world, Qube qube)
    {
        if (qube.IsDom0 || !qube.IsLocal)
        {
            return null;
        }

        var netvm = qube.Properties.Find("netvm");
        if (netvm is null && qube.Class != QubeClass.TemplateVM)
        {
            netvm = world.Properties.Find("default_netvm");
        }

        return world.Find(netvm?.AsQube());
    }
}
