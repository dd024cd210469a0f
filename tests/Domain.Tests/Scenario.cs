using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Given a world, when a rule runs, then it decided this.</summary>
public sealed class Scenario
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private ImmutableArray<Reaction> reactions = Reactions.All;

    private Scenario(World world) => World = world;

    public static readonly HostFacts Host = new()
    {
        MemoryMiB = 16384,
        Dom0MemoryMiB = 4096,
        Cpus = 4,
        Reflink = true,
        Kernels = [new HostKernel("6.6.1", true), new HostKernel("broken", false)],
    };

    public World World { get; private set; }

    public EquatableArray<DomainEvent> Events { get; private set; } = [];

    public EquatableArray<Announcement> Announcements { get; private set; } = [];

    public DomainException? Refusal { get; private set; }

    public static Scenario Fresh() => new(FreshSystem.Events(Host).Aggregate(World.Empty, Evolve.Apply));

    public static Scenario Given(World world) => new(world);

    /// <summary>A template <c>tpl</c>, an app qube <c>work</c> and a disposable template <c>dvm</c> on it, a provider <c>net</c>, a remote qube <c>rem</c>.</summary>
    public static Scenario Usual() => Fresh()
        .Given(draft => Properties.Set(draft, null, "default_kernel", "6.6.1"))
        .Create(QubeClass.TemplateVM, "tpl")
        .Given(draft => Properties.Set(draft, null, "default_template", "tpl"))
        .Create(QubeClass.AppVM, "work")
        .Create(QubeClass.AppVM, "net")
        .Set("net", "provides_network", "True")
        .Create(QubeClass.AppVM, "dvm")
        .Set("dvm", "template_for_dispvms", "True")
        .Create(QubeClass.RemoteVM, "rem");

    /// <summary>From here on the reaction acts as well, after all others.</summary>
    public Scenario With(Reaction reaction)
    {
        reactions = reactions.Add(reaction);
        return this;
    }

    public QubeId Id(string name) => World.Find(name)!.Id;

    public Qube Qube(string name) => World.Find(name)!;

    public string? Value(string? name, string property) =>
        PropertyValues.Show(World, PropertyValues.Get(World, name is null ? null : Qube(name), property), "-");

    public Scenario Create(QubeClass @class, string name, string? template = null) => Given(draft => QubeCreation.Create(
        draft, new NewQube(@class, name, 1, template, null, [], new QubeId(GuidOf(name)), 7)));

    public Scenario Set(string? name, string property, string value) =>
        Given(draft => Properties.Set(draft, name is null ? null : draft.World.Find(name)!.Id, property, value));

    /// <summary>These qubes run, and no others.</summary>
    public Scenario Running(params string[] names)
    {
        World = World with
        {
            Runs = names.Select(Id).ToImmutableDictionary(id => id, _ => new Run("run", RunPhase.Started) { Xid = 1, Activity = DomainActivity.Running }),
        };
        return this;
    }

    public Scenario Given(Action<Draft> rule)
    {
        When(rule);
        Assert.Null(Refusal);
        return this;
    }

    public Scenario When(Action<Draft> rule)
    {
        var draft = new Draft(World, new Caller(QubeId.Dom0, Now), reactions);
        (Events, Announcements, Refusal) = ([], [], null);
        try
        {
            rule(draft);
            var decision = draft.ToDecision();
            (Events, Announcements, World) = (decision.Events, decision.Announcements, decision.After);
        }
        catch (DomainException refusal)
        {
            (Refusal, Announcements) = (refusal, draft.Announced);
        }

        return this;
    }

    public Scenario Then(params DomainEvent[] expected)
    {
        Assert.Null(Refusal);
        Assert.Equal(expected, Events);
        return this;
    }

    public Scenario ThenAnnounced(params string[] expected)
    {
        Assert.Equal(expected, Announcements.Select(announcement =>
            $"{announcement.SubjectName}|{announcement.Event}|{string.Join(',', announcement.Arguments.Select(argument => $"{argument.Key}={argument.Value}"))}"));
        return this;
    }

    public Scenario ThenFails<TRefusal>(string text)
        where TRefusal : DomainException
    {
        Assert.Equal(text, Assert.IsType<TRefusal>(Refusal).Message);
        return this;
    }

    // A fixed id per name keeps scenarios readable and repeatable.
    private static Guid GuidOf(string name) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(name)).AsSpan(0, 16));
}
