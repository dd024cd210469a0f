using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.label.*</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.label.*.</remarks>
internal static class LabelCalls
{
    internal static void AddTo(AdminMethods methods)
    {
        methods.Read("admin.label.List", List);
        methods.Read("admin.label.Get", call => call.Reply.Ok(Find(call).Color));
        methods.Read("admin.label.Index", call => call.Reply.Ok().Append(Find(call).Index));
        // Latin-1 keeps every byte apart: what is not ASCII is refused as such.
        methods.Change("admin.label.Create", call => new CreateLabel(call.Argument, Encoding.Latin1.GetString(call.Request.UntrustedPayload.Span)));
        methods.Change("admin.label.Remove", call => new RemoveLabel(call.Argument));
    }

    private static void List(AdminCall call)
    {
        call.Reply.Ok();
        foreach (var label in call.World.Labels.Values)
        {
            call.Reply.Append(label.Name).Append("\n"u8);
        }
    }

    private static Label Find(AdminCall call)
    {
        Domain.Labels.CheckName(call.Argument);
        return Domain.Labels.Resolve(call.World, call.Argument);
    }
}
