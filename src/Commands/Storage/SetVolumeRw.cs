using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets whether the qube may write to a volume.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="UntrustedValue">The truth value as the client sent it.</param>
public sealed record SetVolumeRw(VolumeAddress Volume, ReadOnlyMemory<byte> UntrustedValue) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="SetVolumeRw"/>.</summary>
public sealed class SetVolumeRwHandler : ICommandHandler<SetVolumeRw>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetVolumeRw command) => VolumeSettings.SetRw(draft, command.Volume, command.UntrustedValue.Span);
}
