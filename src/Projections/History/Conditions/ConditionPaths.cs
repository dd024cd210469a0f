using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What the words and paths of a condition stand for.</summary>
internal static class ConditionPaths
{
    private static readonly string[] ListNames = ["tags", "features", "devices", "class", "state", "notes", "firewall"];

    /// <summary>A word without a dot: something that is counted, a constant, or a text.</summary>
    public static Func<World, ConditionValue> Word(ConditionToken token) => token.Text switch
    {
        "qubes" => world => ConditionValue.Of(world.Qubes.Count),
        "labels" => world => ConditionValue.Of(world.Labels.Count),
        "pools" => world => ConditionValue.Of(world.Pools.Count),
        "position" => world => ConditionValue.Of(world.Position.Value),
        "true" => _ => ConditionValue.Of(true),
        "false" => _ => ConditionValue.Of(false),
        "none" => _ => ConditionValue.None,
        _ => _ => new ConditionValue(token.Text),
    };

    /// <summary>A path.</summary>
    /// <exception cref="ConditionException">No qube, not the system and not the host has such a setting.</exception>
    public static Func<World, ConditionValue> Path(ConditionToken token)
    {
        var (holder, setting) = (token.Text[..token.Dot], token.Text[(token.Dot + 1)..]);
        var column = token.Column + token.Dot + 1;
        return holder switch
        {
            "global" when PropertyCatalog.FindGlobal(setting) is { } property => world => Show(world, PropertyValues.Get(world, null, property)),
            "global" => throw new ConditionException(column, $"there is no global property '{setting}'"),
            "host" when MemberText.Of(HostFacts.Unknown, id => id.ToString()).Any(fact => fact.Name == setting) =>
                world => new ConditionValue(MemberText.Of(world.Host, id => id.ToString()).First(fact => fact.Name == setting).Text),
            "host" => throw new ConditionException(column, $"there is no fact of the host '{setting}'"),
            _ => OfQube(holder, setting, column),
        };
    }

    private static Func<World, ConditionValue> OfQube(string name, string setting, int column)
    {
        if (!IsKnown(setting))
        {
            throw new ConditionException(
                column, $"qubes have no '{setting}': a property, feature.NAME, tag.NAME, {string.Join(", ", ListNames)} are expected; put a text with a dot in quotes");
        }

        return world => world.Find(name) is { } qube ? Of(world, qube, setting) : ConditionValue.None;
    }

    private static bool IsKnown(string setting) =>
        After(setting, "feature.") is { Length: > 0 } || After(setting, "tag.") is { Length: > 0 } || ListNames.Contains(setting) ||
        Enum.GetValues<QubeClass>().Any(@class => PropertyCatalog.Find(@class, setting) is not null);

    private static ConditionValue Of(World world, Qube qube, string setting)
    {
        if (After(setting, "feature.") is { } feature)
        {
            return new ConditionValue(qube.Features.Find(feature));
        }

        if (After(setting, "tag.") is { } tag)
        {
            return ConditionValue.Of(qube.Tags.Contains(tag));
        }

        return setting switch
        {
            "tags" => ConditionValue.Of(qube.Tags),
            "features" => ConditionValue.Of(qube.Features.Keys),
            "devices" => ConditionValue.Of(qube.Devices.Select(SettingsView.NameOf)),
            "class" => new ConditionValue(qube.ClassName),
            "state" => new ConditionValue(PowerStates.Of(world, qube)),
            "notes" => new ConditionValue(qube.Notes),
            "firewall" => qube.Firewall is { } rules ? ConditionValue.Of(rules.Select(FirewallRuleText.ToApi)) : ConditionValue.None,
            _ => PropertyCatalog.Find(qube.Class, setting) is { } property ? Show(world, PropertyValues.Get(world, qube, property)) : ConditionValue.None,
        };
    }

    private static ConditionValue Show(World world, PropertyValue? value) => new(SettingsView.Show(world, value));

    private static string? After(string text, string beginning) => text.StartsWith(beginning, StringComparison.Ordinal) ? text[beginning.Length..] : null;
}
