namespace Qubes.Cqrs.Domain;

/// <summary>What a subscriber of <c>admin.Events</c> is told: one EVENT message.</summary>
/// <param name="Subject">The qube it is about; null for the system.</param>
/// <param name="SubjectName">Its name; empty for the system.</param>
/// <param name="Event">The event's name on the wire.</param>
/// <param name="Arguments">Keys and values in the order of the wire.</param>
public sealed record Announcement(QubeId? Subject, string SubjectName, string Event, EquatableArray<AnnouncementArgument> Arguments)
{
    /// <summary>Whether it is said before a change, so also when the change is then refused.</summary>
    public bool IsPre => Event.Contains("-pre-", StringComparison.Ordinal);

    /// <summary>Whether only those hear of it who watch this one qube: the others have stopped watching it when it is gone.</summary>
    /// <remarks>Source: spec, admin-api.yaml, admin.vm.Remove.</remarks>
    public bool IsOfRemovedQube => Event == RemovedFromDisk;

    /// <summary>What the watchers of a qube hear last.</summary>
    public const string RemovedFromDisk = "domain-remove-from-disk";
}

/// <summary>A key and its value in an <see cref="Announcement"/>.</summary>
public readonly record struct AnnouncementArgument(string Key, string Value);
