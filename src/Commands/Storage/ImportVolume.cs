using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Replaces a volume's data by what a client sends.</summary>
/// <param name="Volume">The volume.</param>
public sealed record ImportVolume(VolumeAddress Volume) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="ImportVolume"/>.</summary>
public sealed class ImportVolumeHandler : ICommandHandler<ImportVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ImportVolume command) => VolumeContents.Import(draft.World, command.Volume);
}
