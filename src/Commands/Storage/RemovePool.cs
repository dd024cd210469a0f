using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes a storage pool out of the register.</summary>
/// <param name="Pool">The pool.</param>
public sealed record RemovePool(string Pool) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Decides <see cref="RemovePool"/>.</summary>
public sealed class RemovePoolHandler : ICommandHandler<RemovePool>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RemovePool command) => Pools.Remove(draft, command.Pool);
}
