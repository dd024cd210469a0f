using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Keeps a volume's data as a revision.</summary>
/// <param name="Volume">The volume.</param>
public sealed record SnapshotVolume(VolumeAddress Volume) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="SnapshotVolume"/>.</summary>
public sealed class SnapshotVolumeHandler : ICommandHandler<SnapshotVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SnapshotVolume command) => VolumeContents.Snapshot(draft.World, command.Volume);
}
