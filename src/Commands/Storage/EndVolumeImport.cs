using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Ends what <see cref="BeginVolumeImport"/> began.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Volume">The volume's name.</param>
/// <param name="Failure">Why the data is not complete; null when it is.</param>
public sealed record EndVolumeImport(QubeId Qube, string Volume, string? Failure) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="EndVolumeImport"/>.</summary>
public sealed class EndVolumeImportHandler : ICommandHandler<EndVolumeImport>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, EndVolumeImport command)
    {
        if (command.Failure is { } reason)
        {
            VolumeImports.GiveUp(draft, command.Qube, command.Volume, reason);
        }
        else
        {
            VolumeImports.Complete(draft, command.Qube, command.Volume);
        }
    }
}
