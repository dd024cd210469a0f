using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Random histories of qubes that are made, changed, started and stopped, as a log may hold them: also events that fit nothing.</summary>
internal static class RunHistory
{
    private const int Qubes = 7;
    private static readonly string[] Features =
    [
        "service.a", "service.app-dispvm.Firefox", "service.guivm", "vm-config.x", "vm-config.bad name", "custom-persist.h", "gui", "ipv6", "net.fake-ip",
        "qubes-firewall", "deferred-netvm-original", "anon-timezone", "dvm",
    ];

    /// <summary>The events of a history.</summary>
    internal static IReadOnlyList<DomainEvent> Of(int seed, int length)
    {
        var random = new Random(seed);
        List<DomainEvent> events = [.. FreshSystem.Events(new HostFacts { TimeZone = "Europe/Berlin", MemoryMiB = 8192 })];
        for (var number = 0; number < Qubes; number++)
        {
            events.Add(Added(number));
        }

        var world = events.Aggregate(World.Empty, Evolve.Apply);
        for (var number = 0; number < length; number++)
        {
            // What was noticed says truly what the log said before.
            var next = Next(random, number);
            next = next is RunObserved found ? found with { Was = world.Runs.GetValueOrDefault(found.Qube) } : next;
            events.Add(next);
            world = Evolve.Apply(world, next);
        }

        return events;
    }

    internal static QubeId Id(int number) => new(new Guid(number + 1, 0, 0, new byte[8]));

    private static QubeAdded Added(int number) => new(
        Id(number), "q" + number, (QubeClass[])[QubeClass.AppVM, QubeClass.StandaloneVM, QubeClass.DispVM, QubeClass.RemoteVM, QubeClass.TemplateVM] is var classes
            ? classes[number % classes.Length] : default,
        number + 1, number < 3 ? [new("provides_network", PropertyValue.True)] : [], [], [], []);

    private static DomainEvent Next(Random random, int step)
    {
        var id = Id(random.Next(Qubes));
        var run = "r" + random.Next(2);
        var text = ((string[])["", "1", "a b", "10.1.2.3", "\0", new string('x', 4000)])[random.Next(6)];
        var feature = Features[random.Next(Features.Length)];
        return random.Next(24) switch
        {
            0 => new StartRequested(id, run),
            1 or 2 => new QubeSpawning(id, run),
            3 or 4 or 5 => new QubeSpawned(id, run, step, -1, null, 0),
            6 or 7 => new QubeStarted(id, run),
            8 => new ActivityObserved(id, run, (DomainActivity)random.Next(6)),
            9 => new QubeStopped(id, run),
            10 => new QubeShutDown(id, run),
            11 => new StartFailed(id, run, ""),
            12 => new RunObserved(id, null, random.Next(3) == 0 ? null : new Run(run, (RunPhase)random.Next(6)) { Xid = step }, ""),
            13 => new FeatureSet(id, feature, text, null),
            14 => new FeatureRemoved(id, feature),
            15 or 16 => new PropertySet(id, Reference(random), PropertyValue.Of(Id(random.Next(Qubes))), null),
            17 => new PropertyReset(id, Reference(random), null),
            18 => new PropertySet(null, Global(random), PropertyValue.Of(Id(random.Next(Qubes))), null),
            19 => new PropertySet(random.Next(3) == 0 ? QubeId.Dom0 : id, "keyboard_layout", PropertyValue.Of(random.Next(2) == 0 ? "de++" : "fr++"), null),
            20 => new FirewallSet(id, random.Next(3) == 0 ? null : Rules(random)),
            21 => new FirewallExpired(id, random.Next(20)),
            22 => random.Next(4) == 0 ? new QubeRemoved(id) : new TagAdded(id, "t"),
            _ => random.Next(2) == 0 ? Added(random.Next(Qubes)) : new PropertySet(id, "ip", PropertyValue.Of("10.9.8." + random.Next(4)), null),
        };
    }

    private static string Reference(Random random) => ((string[])["netvm", "netvm", "guivm", "audiovm", "relayvm", "template"])[random.Next(6)];

    private static string Global(Random random) => ((string[])["default_netvm", "default_guivm", "default_audiovm"])[random.Next(3)];

    private static EquatableArray<FirewallRule> Rules(Random random) =>
    [
        .. ((string[])["action=accept", "action=accept dst4=10.0.0.0/8", "action=drop dst6=2001:db8::/32", "action=accept expire=7", "action=accept specialtarget=dns"])
            .Where(_ => random.Next(2) == 0).Select(FirewallRuleParser.Parse),
    ];
}
