using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Copies one volume over another; storage does the rest.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="SourcePool">The pool of the volume that is copied.</param>
/// <param name="SourceVid">Its id.</param>
/// <param name="Change">The identity of the change (random).</param>
public sealed record CloneVolume(VolumeAddress Volume, string SourcePool, string SourceVid, string Change) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Volume.Qube;
}

/// <summary>Decides <see cref="CloneVolume"/>.</summary>
public sealed class CloneVolumeHandler : ICommandHandler<CloneVolume>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, CloneVolume command) => VolumeContents.Clone(draft, command.Volume, command.SourcePool, command.SourceVid, command.Change);
}
