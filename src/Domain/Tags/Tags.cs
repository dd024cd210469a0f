namespace Qubes.Cqrs.Domain;

/// <summary>The rules of tags.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.tag.*.</remarks>
public static class Tags
{
    /// <summary>Refuses a text that is no tag.</summary>
    /// <exception cref="InvalidTagException">It is none.</exception>
    public static void Check(string tag)
    {
        if (tag.Length == 0 || !tag.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'))
        {
            throw new InvalidTagException("disallowed characters");
        }
    }

    /// <summary>Adds a tag; nothing happens when it is there.</summary>
    /// <exception cref="DomainException">A reaction refuses it.</exception>
    public static void Add(Draft draft, QubeId id, string tag)
    {
        var qube = draft.World.Qube(id);
        if (qube.Tags.Contains(tag))
        {
            return;
        }

        draft.Record(new TagAdded(id, tag));
        draft.React((qube, tag), static (reaction, draft, change) => reaction.AfterTagAdded(draft, change.qube, change.tag));
        draft.Announce(qube, "domain-tag-add:" + tag, new AnnouncementArgument("tag", tag));
    }

    /// <summary>Removes a tag.</summary>
    /// <exception cref="TagNotFoundException">It is not there.</exception>
    public static void Remove(Draft draft, QubeId id, string tag)
    {
        var qube = draft.World.Qube(id);
        if (!qube.Tags.Contains(tag))
        {
            throw new TagNotFoundException(qube.Name, tag);
        }

        draft.Record(new TagRemoved(id, tag));
        draft.React((qube, tag), static (reaction, draft, change) => reaction.AfterTagRemoved(draft, change.qube, change.tag));
        draft.Announce(qube, "domain-tag-delete:" + tag, new AnnouncementArgument("tag", tag));
    }

    /// <summary>Leaves of all tags that start with <paramref name="prefix"/> only <paramref name="wanted"/>, and adds that.</summary>
    public static void Replace(Draft draft, QubeId id, string prefix, string? wanted)
    {
        foreach (var tag in draft.World.Qube(id).Tags.Where(tag => tag.StartsWith(prefix, StringComparison.Ordinal) && tag != wanted))
        {
            Remove(draft, id, tag);
        }

        if (wanted is not null)
        {
            Add(draft, id, wanted);
        }
    }
}
