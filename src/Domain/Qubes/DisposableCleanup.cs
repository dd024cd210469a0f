namespace Qubes.Cqrs.Domain;

/// <summary>A disposable that nobody named goes when it stops, or when it cannot be started.</summary>
/// <remarks>Source: spec, lifecycle.md 3, 4 and 12. While a failed start is still taken down, its end brings this about.</remarks>
public sealed class DisposableCleanup : Reaction
{
    /// <inheritdoc/>
    public override void AfterShutdown(Draft draft, Qube qube) => Disposables.CleanUp(draft, qube.Id);

    /// <inheritdoc/>
    public override void AfterStartFailed(Draft draft, Qube qube) => Disposables.CleanUp(draft, qube.Id);
}
