using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.tag.*</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.tag.*.</remarks>
internal static class TagCalls
{
    internal static void AddTo(AdminMethods methods)
    {
        methods.Read("admin.vm.tag.List", List);
        methods.Read("admin.vm.tag.Get", Get);
        methods.Change("admin.vm.tag.Set", call => new AddTag(call.Destination.Id, call.Argument));
        methods.Change("admin.vm.tag.Remove", call => new RemoveTag(call.Destination.Id, call.Argument));
    }

    private static void List(AdminCall call)
    {
        call.Reply.Ok();
        foreach (var tag in call.Destination.Tags)
        {
            call.Reply.Append(tag).Append("\n"u8);
        }
    }

    private static void Get(AdminCall call)
    {
        Domain.Tags.Check(call.Argument);
        call.Reply.Ok(call.Destination.Tags.Contains(call.Argument) ? "1" : "0");
    }
}
