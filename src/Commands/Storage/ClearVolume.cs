using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Empties a volume; storage does the rest.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Change">The identity of the change (random).</param>
public sealed record ClearVolume(VolumeAddress Volume, string Change) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="ClearVolume"/>.</summary>
public sealed class ClearVolumeHandler : ICommandHandler<ClearVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ClearVolume command) => VolumeContents.Clear(draft, command.Volume, command.Change);
}
