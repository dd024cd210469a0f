using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets a property of a qube or of the global object.</summary>
/// <param name="Subject">The qube; null for the global object.</param>
/// <param name="Property">The property.</param>
/// <param name="UntrustedValue">The value as the client sent it.</param>
public sealed record SetProperty(QubeId? Subject, string Property, ReadOnlyMemory<byte> UntrustedValue) : ICommand;

/// <summary>Decides <see cref="SetProperty"/>.</summary>
public sealed class SetPropertyHandler : ICommandHandler<SetProperty>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetProperty command)
    {
        var property = PropertyCatalog.Get(draft.World.Find(command.Subject), command.Property);
        if (!Ascii.IsValid(command.UntrustedValue.Span))
        {
            // The original has no text where it looks for a qube of that name.
            throw new InvalidValueException(property.Kind == PropertyKind.Qube ? "" : "Non-ASCII bytes in property value");
        }

        Domain.Properties.Set(draft, command.Subject, command.Property, Encoding.ASCII.GetString(command.UntrustedValue.Span));
    }
}
