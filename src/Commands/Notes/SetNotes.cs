using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Replaces the notes about a qube.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="UntrustedText">The text as the client sent it (UTF-8).</param>
public sealed record SetNotes(QubeId Qube, ReadOnlyMemory<byte> UntrustedText) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="SetNotes"/>.</summary>
public sealed class SetNotesHandler : ICommandHandler<SetNotes>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetNotes command)
    {
        Domain.Notes.CheckHolder(draft.World.Qube(command.Qube));
        Domain.Notes.Set(draft, command.Qube, Domain.Notes.Read(command.UntrustedText.Span));
    }
}
