using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Adds to the interfaces that a qube's devices must not have.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="UntrustedCodes">Codes, one after the other.</param>
public sealed record DenyInterfaces(QubeId Qube, ReadOnlyMemory<byte> UntrustedCodes) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="DenyInterfaces"/>.</summary>
public sealed class DenyInterfacesHandler : ICommandHandler<DenyInterfaces>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, DenyInterfaces command) =>
        DeniedInterfaces.Add(draft, command.Qube, AsciiText.Read(command.UntrustedCodes.Span, "Device interface"));
}
