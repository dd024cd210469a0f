using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets how many revisions new volumes of a pool keep.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="UntrustedRevisions">The number as the client sent it.</param>
public sealed record SetPoolRevisions(string Pool, ReadOnlyMemory<byte> UntrustedRevisions) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Decides <see cref="SetPoolRevisions"/>.</summary>
public sealed class SetPoolRevisionsHandler : ICommandHandler<SetPoolRevisions>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetPoolRevisions command) => Pools.SetRevisions(draft, command.Pool, command.UntrustedRevisions.Span);
}
