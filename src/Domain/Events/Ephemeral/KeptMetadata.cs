namespace Qubes.Cqrs.Domain;

/// <summary>What the log tells of who caused an event that has to do with disposables.</summary>
/// <param name="before">The state before the decision.</param>
/// <param name="after">The state after it.</param>
public sealed class KeptMetadata(World before, World after)
{
    private readonly DisposableNames names = new(before, after);

    /// <summary>The metadata without names of disposables, for an event that is not the first of its decision.</summary>
    public EventMetadata Of(EventMetadata metadata) => metadata with
    {
        Source = names.Hide(metadata.Source, inParts: false),
        Argument = names.Hide(metadata.Argument, inParts: true),
        Destination = names.Hide(metadata.Destination, inParts: true),
    };

    /// <summary>What clients were told, less what they were told about disposables.</summary>
    public EquatableArray<Announcement> Of(EquatableArray<Announcement> announcements) =>
        announcements.Where(announcement => !IsAboutDisposable(announcement)).Select(Of).ToEquatableArray();

    private Announcement Of(Announcement announcement) => announcement with
    {
        Arguments = announcement.Arguments.Select(argument => argument with { Value = names.Hide(argument.Value, inParts: true) }).ToEquatableArray(),
    };

    private bool IsAboutDisposable(Announcement announcement) =>
        (announcement.Subject is { } id && names.Has(id)) || names.Has(announcement.SubjectName) ||
        names.Hide(announcement.Event, inParts: true) != announcement.Event ||
        (announcement.Subject is null && announcement.Arguments.Any(argument => argument.Key == "vm" && names.Has(argument.Value)));
}
