using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes a name from the position that it stands for.</summary>
/// <param name="Name">The name.</param>
public sealed record UnmarkPosition(string Name) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Decides <see cref="UnmarkPosition"/>.</summary>
public sealed class UnmarkPositionHandler : ICommandHandler<UnmarkPosition>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, UnmarkPosition command) => Marks.Remove(draft, command.Name);
}
