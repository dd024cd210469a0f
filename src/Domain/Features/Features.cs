namespace Qubes.Cqrs.Domain;

/// <summary>The rules of features.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.feature.*.</remarks>
public static class Features
{
    /// <summary>Refuses what no feature can be called, and what none can hold.</summary>
    /// <exception cref="InvalidRequestException">It cannot.</exception>
    public static void Check(string feature, string value)
    {
        if (!feature.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-'))
        {
            throw new InvalidRequestException("feature name contains illegal characters");
        }

        if (value.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
        {
            throw new InvalidRequestException($"{feature} value contains illegal characters");
        }
    }

    /// <summary>Sets a feature.</summary>
    /// <exception cref="DomainException">A reaction refuses the value.</exception>
    public static void Set(Draft draft, QubeId id, string feature, string value)
    {
        var qube = draft.World.Qube(id);
        var change = new FeatureChange(qube, feature, value, qube.Features.Find(feature));
        Announce(draft, "domain-feature-pre-set:", change);
        draft.React(change, static (reaction, draft, change) => reaction.BeforeFeatureSet(draft, change));
        draft.Record(new FeatureSet(id, feature, value, change.Old));
        draft.React(change, static (reaction, draft, change) => reaction.AfterFeatureSet(draft, change));

        Announce(draft, "domain-feature-set:", change);
    }

    /// <summary>Removes a feature.</summary>
    /// <exception cref="FeatureNotFoundException">It is not set.</exception>
    public static void Remove(Draft draft, QubeId id, string feature)
    {
        var qube = draft.World.Qube(id);
        var name = new AnnouncementArgument("feature", feature);
        draft.Announce(qube, "domain-feature-pre-delete:" + feature, name);
        var old = qube.Features.Find(feature) ?? throw new FeatureNotFoundException(qube.Name, feature);
        var change = new FeatureChange(qube, feature, null, old);
        draft.React(change, static (reaction, draft, change) => reaction.BeforeFeatureRemoved(draft, change));
        draft.Record(new FeatureRemoved(id, feature));
        draft.React(change, static (reaction, draft, change) => reaction.AfterFeatureRemoved(draft, change));
        draft.Announce(qube, "domain-feature-delete:" + feature, name);
    }

    /// <summary>Announces a change of a feature in the words of the wire.</summary>
    public static void Announce(Draft draft, string prefix, FeatureChange change)
    {
        var feature = new AnnouncementArgument("feature", change.Feature);
        var value = new AnnouncementArgument("value", change.New ?? "");
        if (change.Old is { } old)
        {
            draft.Announce(change.Qube, prefix + change.Feature, feature, value, new("oldvalue", old));
        }
        else
        {
            draft.Announce(change.Qube, prefix + change.Feature, feature, value);
        }
    }
}
