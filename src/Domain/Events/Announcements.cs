namespace Qubes.Cqrs.Domain;

/// <summary>What clients are told of events when nothing else was recorded with them.</summary>
/// <remarks>Most decisions are one event with its own announcements before and after it. Where reactions added to them, or took part in the
/// order, the whole list is recorded with the decision instead (<see cref="EventMetadata.Announced"/>).</remarks>
public static class Announcements
{
    /// <summary>The announcements that a decision's events give by themselves, in the original's order.</summary>
    /// <param name="world">The world after the events.</param>
    /// <param name="events">The events of one decision.</param>
    public static EquatableArray<Announcement> Of(World world, EquatableArray<DomainEvent> events) =>
        events.SelectMany(@event => Of(world, @event)).ToEquatableArray();

    private static IEnumerable<Announcement> Of(World world, DomainEvent @event) => @event switch
    {
        PropertySet e => Twice(world, e.Qube, "property-pre-set:", "property-set:", e.Property, Arguments(world, e.Property, e.Value, e.Old)),
        FeatureSet e => Twice(world, e.Qube, "domain-feature-pre-set:", "domain-feature-set:", e.Feature, FeatureArguments(e)),
        FeatureRemoved e => Twice(world, e.Qube, "domain-feature-pre-delete:", "domain-feature-delete:", e.Feature, [new("feature", e.Feature)]),
        TagAdded e => Once(world, e.Qube, "domain-tag-add:" + e.Tag, [new("tag", e.Tag)]),
        TagRemoved e => Once(world, e.Qube, "domain-tag-delete:" + e.Tag, [new("tag", e.Tag)]),
        FirewallSet e => Once(world, e.Qube, Firewalls.Changed, []),
        FirewallExpired e => Once(world, e.Qube, Firewalls.Changed, []),
        _ => [],
    };

    private static IEnumerable<Announcement> Twice(
        World world, QubeId? id, string before, string after, string name, EquatableArray<AnnouncementArgument> arguments) =>
        Once(world, id, before + name, arguments).Concat(Once(world, id, after + name, arguments));

    private static IEnumerable<Announcement> Once(World world, QubeId? id, string name, EquatableArray<AnnouncementArgument> arguments)
    {
        yield return new Announcement(id, world.Find(id)?.Name ?? "", name, arguments);
    }

    private static EquatableArray<AnnouncementArgument> Arguments(World world, string property, PropertyValue value, PropertyValue? old)
    {
        AnnouncementArgument name = new("name", property);
        AnnouncementArgument newValue = new("newvalue", PropertyValues.Show(world, value, "None"));
        return old is null ? [name, newValue] : [name, newValue, new("oldvalue", PropertyValues.Show(world, old, "None"))];
    }

    private static EquatableArray<AnnouncementArgument> FeatureArguments(FeatureSet e) => e.Old is null
        ? [new("feature", e.Feature), new("value", e.Value)]
        : [new("feature", e.Feature), new("value", e.Value), new("oldvalue", e.Old)];
}
