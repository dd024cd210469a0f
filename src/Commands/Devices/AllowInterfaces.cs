using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Removes from the interfaces that a qube's devices must not have.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="UntrustedCodes">Codes, one after the other, or <c>all</c>.</param>
public sealed record AllowInterfaces(QubeId Qube, ReadOnlyMemory<byte> UntrustedCodes) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="AllowInterfaces"/>.</summary>
public sealed class AllowInterfacesHandler : ICommandHandler<AllowInterfaces>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, AllowInterfaces command) =>
        DeniedInterfaces.Remove(draft, command.Qube, AsciiText.Read(command.UntrustedCodes.Span, "Device interface"));
}
