using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Begins to replace a volume's data by what a client writes; storage prepares the place.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Volume">The volume's name.</param>
/// <param name="UntrustedSize">The size of the data in decimal digits; empty for that of the volume.</param>
/// <param name="Change">The identity of the change (random).</param>
public sealed record BeginVolumeImport(QubeId Qube, string Volume, ReadOnlyMemory<byte> UntrustedSize, string Change) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="BeginVolumeImport"/>.</summary>
public sealed class BeginVolumeImportHandler : ICommandHandler<BeginVolumeImport>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, BeginVolumeImport command) =>
        VolumeImports.Begin(draft, command.Qube, command.Volume, command.UntrustedSize.Span, command.Change);
}
