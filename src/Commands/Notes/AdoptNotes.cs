using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes over the notes that were found in a qube's <c>notes.txt</c>, where nothing was set yet.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Text">The notes.</param>
public sealed record AdoptNotes(QubeId Qube, string Text) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="AdoptNotes"/>.</summary>
public sealed class AdoptNotesHandler : ICommandHandler<AdoptNotes>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, AdoptNotes command)
    {
        if (draft.World.Qube(command.Qube).Notes.Length == 0)
        {
            Domain.Notes.Set(draft, command.Qube, command.Text);
        }
    }
}
