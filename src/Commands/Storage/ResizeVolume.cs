using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Gives a volume another size; storage does the rest.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="UntrustedSize">The size in bytes as decimal digits.</param>
/// <param name="Change">The identity of the change (random).</param>
public sealed record ResizeVolume(VolumeAddress Volume, ReadOnlyMemory<byte> UntrustedSize, string Change) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="ResizeVolume"/>.</summary>
public sealed class ResizeVolumeHandler : ICommandHandler<ResizeVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ResizeVolume command) => VolumeContents.Resize(draft, command.Volume, command.UntrustedSize.Span, command.Change);
}
