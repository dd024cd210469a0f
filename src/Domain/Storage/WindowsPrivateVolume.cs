namespace Qubes.Cqrs.Domain;

/// <summary>A qube made from a Windows template starts with what the template's private volume holds, so its own is as large.</summary>
/// <remarks>Source: spec, extensions.md, windows, domain-create-on-disk. Copying the content is the work of storage.</remarks>
public sealed class WindowsPrivateVolume : Reaction
{
    private const string Private = "private";

    /// <summary>The volume whose content the new qube's private volume starts with; null for the usual, empty one.</summary>
    public static VolumeConfig? Source(World world, Qube qube) =>
        Templates.Of(world, qube) is { } template && template.Features.Find("os") == "Windows" && Find(qube) is { SaveOnStop: true } ? Find(template) : null;

    /// <inheritdoc/>
    public override void AfterQubeCreated(Draft draft, Qube qube)
    {
        if (Source(draft.World, qube) is { } source && Find(qube) is { } own && own.SizeBytes != source.SizeBytes)
        {
            draft.Record(new VolumeConfigured(qube.Id, own with { SizeBytes = source.SizeBytes }));
        }
    }

    private static VolumeConfig? Find(Qube qube) => qube.Volumes.FirstOrDefault(volume => volume.Name == Private);
}
