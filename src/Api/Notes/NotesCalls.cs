using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.notes.*</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.notes.*.</remarks>
internal static class NotesCalls
{
    internal static void AddTo(AdminMethods methods)
    {
        methods.Read("admin.vm.notes.Get", Get);
        methods.Change("admin.vm.notes.Set", call => new SetNotes(call.Destination.Id, call.CopyUntrustedPayload()));
    }

    private static void Get(AdminCall call)
    {
        Domain.Notes.CheckHolder(call.Destination);
        call.Reply.Ok(call.Destination.Notes);
    }
}
