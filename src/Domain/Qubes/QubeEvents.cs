namespace Qubes.Cqrs.Domain;

/// <summary>A qube came to be, with what its creation settles at once.</summary>
/// <param name="Qube">Its identity.</param>
/// <param name="Name">Its name.</param>
/// <param name="Class">Its class.</param>
/// <param name="Qid">Its number.</param>
/// <param name="Properties">Its explicit properties (label, template, dispid, what a disposable takes over).</param>
/// <param name="Features">Its first features.</param>
/// <param name="Tags">Its first tags, which are not announced.</param>
/// <param name="Volumes">Its volumes.</param>
public sealed record QubeAdded(
    QubeId Qube,
    string Name,
    QubeClass Class,
    int Qid,
    EquatableArray<NamedValue> Properties,
    EquatableArray<NamedText> Features,
    EquatableArray<string> Tags,
    EquatableArray<VolumeConfig> Volumes) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);

    /// <summary>The event that adds the qube with all that such an event holds of it.</summary>
    public static QubeAdded Of(Qube qube) => new(
        qube.Id,
        qube.Name,
        qube.Class,
        qube.Qid,
        qube.Properties.Select(entry => new NamedValue(entry.Key, entry.Value)).ToEquatableArray(),
        qube.Features.Select(entry => new NamedText(entry.Key, entry.Value)).ToEquatableArray(),
        qube.Tags.ToEquatableArray(),
        qube.Volumes);
}

/// <summary>A qube is gone.</summary>
public sealed record QubeRemoved(QubeId Qube) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>A property and its value.</summary>
public readonly record struct NamedValue(string Name, PropertyValue Value);

/// <summary>A name and a text.</summary>
public readonly record struct NamedText(string Name, string Value);
