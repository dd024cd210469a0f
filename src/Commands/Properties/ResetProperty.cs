using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Resets a property of a qube or of the global object to its default.</summary>
/// <param name="Subject">The qube; null for the global object.</param>
/// <param name="Property">The property.</param>
public sealed record ResetProperty(QubeId? Subject, string Property) : ICommand;

/// <summary>Decides <see cref="ResetProperty"/>.</summary>
public sealed class ResetPropertyHandler : ICommandHandler<ResetProperty>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ResetProperty command) => Domain.Properties.Reset(draft, command.Subject, command.Property);
}
