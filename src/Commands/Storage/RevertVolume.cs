using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Brings an earlier revision of a volume back; storage does the rest.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="UntrustedRevision">The revision's name.</param>
/// <param name="Change">The identity of the change (random).</param>
public sealed record RevertVolume(VolumeAddress Volume, ReadOnlyMemory<byte> UntrustedRevision, string Change) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="RevertVolume"/>.</summary>
public sealed class RevertVolumeHandler : ICommandHandler<RevertVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RevertVolume command) => VolumeContents.Revert(draft, command.Volume, command.UntrustedRevision.Span, command.Change);
}
