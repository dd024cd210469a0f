using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets a volume's size.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="UntrustedSize">The size in bytes as the client sent it.</param>
public sealed record ResizeVolume(VolumeAddress Volume, ReadOnlyMemory<byte> UntrustedSize) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="ResizeVolume"/>.</summary>
public sealed class ResizeVolumeHandler : ICommandHandler<ResizeVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ResizeVolume command) => VolumeSettings.Resize(draft, command.Volume, command.UntrustedSize.Span);
}
