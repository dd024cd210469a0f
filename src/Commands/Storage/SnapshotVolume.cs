using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Keeps a volume's data as a revision; storage does the rest.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Change">The identity of the change (random).</param>
public sealed record SnapshotVolume(VolumeAddress Volume, string Change) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="SnapshotVolume"/>.</summary>
public sealed class SnapshotVolumeHandler : ICommandHandler<SnapshotVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SnapshotVolume command) => VolumeContents.Snapshot(draft, command.Volume, command.Change);
}
