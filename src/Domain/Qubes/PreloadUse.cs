namespace Qubes.Cqrs.Domain;

/// <summary>A disposable that waited and goes on is in use, whoever let it.</summary>
/// <remarks>Source: spec, lifecycle.md 12. One that is just started goes on as well, and is not ready yet. One that somebody took is handed over by who
/// took it (<see cref="PreloadedDisposables.HandOver"/>): if that does not come to pass, it is nobody's and goes.</remarks>
public sealed class PreloadUse : Reaction
{
    /// <inheritdoc/>
    public override void AfterUnpause(Draft draft, Qube qube)
    {
        if (draft.World.Find(qube.Id) is { } current && Preload.IsCompleted(current) && Preload.Lists(draft.World, current))
        {
            PreloadedDisposables.MarkUsed(draft, qube.Id);
        }
    }
}
