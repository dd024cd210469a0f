using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>The sample log, in which <c>work</c> is then changed in many ways, an hour apart, while <c>vault</c> comes and goes.</summary>
public sealed class SampleChanges : SampleLog
{
    /// <summary>The position after <c>work</c> got a tag and a feature.</summary>
    public long Tagged { get; private set; }

    /// <summary>The position after <c>work</c> lost its network.</summary>
    public long Disconnected { get; private set; }

    /// <summary>The position after <c>vault</c> came to be; the one before it has the notes and rules of <c>work</c>.</summary>
    public long Vault { get; private set; }

    /// <summary>The position at which <c>work</c> is up.</summary>
    public long Started { get; private set; }

    /// <summary>The position after its memory was reset and <c>vault</c> was removed: the end.</summary>
    public long End { get; private set; }

    protected override async Task ContinueAsync(EventLogHost log, QubeId work)
    {
        var vault = new QubeId(new Guid("11111111-2222-3333-4444-555555555555"));
        var world = await Projections.WorldReplay.AtAsync(log.Reader, null, null, CancellationToken.None);
        Tagged = await AppendAsync(log, "admin.vm.tag.Set", [new TagAdded(work, "audio"), new FeatureSet(work, "gui", "1\u001b[2J", null)], Time.AddHours(1));
        Disconnected = await AppendAsync(
            log, "admin.vm.property.Set", [new PropertySet(work, "netvm", PropertyValue.NoQube, PropertyValue.Of(world.Find("sys-net")!.Id))], Time.AddHours(2));
        Vault = await AppendAsync(log, "admin.vm.Create.AppVM",
        [
            new NotesSet(work, "first line\nsecond line"),
            new FirewallSet(work, [FirewallRuleParser.Parse("action=accept dsthost=example.com"), FirewallRuleParser.Parse("action=drop")]),
            new QubeAdded(
                vault, "vault", QubeClass.AppVM, 42,
                [new("label", PropertyValue.OfLabel(8)), new("template", PropertyValue.Of(world.Find("tpl")!.Id))], [], [], []),
        ], Time.AddHours(3));
        Started = await AppendAsync(log, "admin.vm.Start",
        [
            new StartRequested(work, "run"), new QubeSpawning(work, "run"), new QubeSpawned(work, "run", 5, -1, null, 0),
            new ActivityObserved(work, "run", DomainActivity.Running), new QubeStarted(work, "run"),
        ], Time.AddHours(4));
        End = await AppendAsync(log, "admin.vm.Remove",
        [
            new FirewallSet(work, [FirewallRuleParser.Parse("action=accept dsthost=example.org"), FirewallRuleParser.Parse("action=drop")]),
            new PropertyReset(work, "memory", PropertyValue.Of(600)),
            new QubeRemoved(vault),
        ], Time.AddHours(5));
    }
}

/// <summary>The tests that only read the same log.</summary>
[CollectionDefinition(Name)]
public sealed class SampleChangesTests : ICollectionFixture<SampleChanges>
{
    public const string Name = "sample changes";
}
