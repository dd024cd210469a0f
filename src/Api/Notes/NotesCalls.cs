using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.notes.*</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.notes.*. What somebody put into the folder of a qube for which nothing was set counts, and
/// is taken over: docs/adr/0004-foreign-store.md.</remarks>
internal sealed class NotesCalls(AdminMethods methods, QubeFileReader files)
{
    internal void Add()
    {
        methods.Serve("admin.vm.notes.Get", GetAsync);
        methods.Change("admin.vm.notes.Set", call => new SetNotes(call.Destination.Id, call.CopyUntrustedPayload()));
    }

    private async ValueTask GetAsync(AdminCall call)
    {
        Domain.Notes.CheckHolder(call.Destination);
        var notes = call.Destination.Notes;
        if (notes.Length == 0 && files.FindNotes(call.Destination) is { } found)
        {
            await methods.AdoptAsync(new AdoptNotes(call.Destination.Id, found), call.Ct).ConfigureAwait(false);
            notes = found;
        }

        call.Reply.Ok(notes);
    }
}
