using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes a volume back to a revision.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="UntrustedRevision">The revision as the client sent it.</param>
public sealed record RevertVolume(VolumeAddress Volume, ReadOnlyMemory<byte> UntrustedRevision) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="RevertVolume"/>.</summary>
public sealed class RevertVolumeHandler : ICommandHandler<RevertVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RevertVolume command) => VolumeContents.Revert(draft.World, command.Volume, command.UntrustedRevision.Span);
}
