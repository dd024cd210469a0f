namespace Qubes.Cqrs.Domain;

/// <summary>A qube that creates others decides what they get: more tags, and the qube that shows them.</summary>
/// <remarks>A qube of another host keeps what it has. Source: spec, extensions.md, admin and gui, domain-tag-add:created-by-*.</remarks>
public sealed class CreatorTags : Reaction
{
    /// <summary>What the tag that names the creator starts with.</summary>
    public const string Prefix = "created-by-";

    /// <inheritdoc/>
    public override void AfterTagAdded(Draft draft, Qube qube, string tag)
    {
        if (!qube.IsLocal || !tag.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return;
        }

        var name = tag[Prefix.Length..];
        var creator = draft.World.Find(name) ?? throw new QubeNotFoundException(name);
        foreach (var further in (creator.Features.Find("tag-created-vm-with") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Tags.Check(further);
            Tags.Add(draft, qube.Id, further);
        }

        if (creator.Features.Find("set-created-guivm") is { Length: > 0 } guivm && PropertyCatalog.Find(qube.Class, "guivm") is not null)
        {
            Properties.Set(draft, qube.Id, "guivm", guivm);
        }
    }
}
