using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets whether a volume is encrypted with a throw-away key.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="UntrustedValue">The truth value as the client sent it.</param>
public sealed record SetVolumeEphemeral(VolumeAddress Volume, ReadOnlyMemory<byte> UntrustedValue) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="SetVolumeEphemeral"/>.</summary>
public sealed class SetVolumeEphemeralHandler : ICommandHandler<SetVolumeEphemeral>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetVolumeEphemeral command) => VolumeSettings.SetEphemeral(draft, command.Volume, command.UntrustedValue.Span);
}
