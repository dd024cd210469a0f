namespace Qubes.Cqrs.Domain;

/// <summary>A disposable that waited and goes on is in use, whoever let it.</summary>
/// <remarks>Source: spec, lifecycle.md 12. One that is just started goes on as well, and is not ready yet.</remarks>
public sealed class PreloadUse : Reaction
{
    /// <inheritdoc/>
    public override void AfterUnpause(Draft draft, Qube qube)
    {
        if (draft.World.Find(qube.Id) is { } current && Preload.IsPreloaded(current) && Preload.IsCompleted(current))
        {
            PreloadedDisposables.MarkUsed(draft, qube.Id);
        }
    }
}
