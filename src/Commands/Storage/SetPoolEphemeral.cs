using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets whether volatile volumes of a pool are encrypted with a throw-away key.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="UntrustedValue">The truth value as the client sent it.</param>
public sealed record SetPoolEphemeral(string Pool, ReadOnlyMemory<byte> UntrustedValue) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Decides <see cref="SetPoolEphemeral"/>.</summary>
public sealed class SetPoolEphemeralHandler : ICommandHandler<SetPoolEphemeral>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetPoolEphemeral command) => Pools.SetEphemeral(draft, command.Pool, command.UntrustedValue.Span);
}
