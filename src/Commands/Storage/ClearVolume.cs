using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Empties a volume.</summary>
/// <param name="Volume">The volume.</param>
public sealed record ClearVolume(VolumeAddress Volume) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="ClearVolume"/>.</summary>
public sealed class ClearVolumeHandler : ICommandHandler<ClearVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ClearVolume command) => VolumeContents.Clear(draft.World, command.Volume);
}
