using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets how many revisions a volume keeps.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="UntrustedRevisions">The number as the client sent it.</param>
public sealed record SetVolumeRevisions(VolumeAddress Volume, ReadOnlyMemory<byte> UntrustedRevisions) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="SetVolumeRevisions"/>.</summary>
public sealed class SetVolumeRevisionsHandler : ICommandHandler<SetVolumeRevisions>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetVolumeRevisions command) => VolumeSettings.SetRevisions(draft, command.Volume, command.UntrustedRevisions.Span);
}
