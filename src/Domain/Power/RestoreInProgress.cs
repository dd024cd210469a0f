namespace Qubes.Cqrs.Domain;

/// <summary>A qube that is being restored from a backup is not started.</summary>
/// <remarks>Source: spec, extensions.md, backup_restore; lifecycle.md 3.</remarks>
public sealed class RestoreInProgress : Reaction
{
    private const string Tag = "backup-restore-in-progress";

    /// <inheritdoc/>
    public override void BeforeStart(Draft draft, Qube qube)
    {
        if (qube.Tags.Contains(Tag))
        {
            throw new QubeErrorException("Restore of this domain in progress, cannot start");
        }
    }
}
