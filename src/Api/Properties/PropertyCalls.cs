using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.property.*</c> and <c>admin.vm.property.*</c>: the same calls on the global object and on a qube.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.property.*.</remarks>
internal static class PropertyCalls
{
    internal static void AddTo(AdminMethods methods)
    {
        AddTo(methods, "admin.property.", _ => null);
        AddTo(methods, "admin.vm.property.", call => call.Destination);
    }

    private static void AddTo(AdminMethods methods, string prefix, Func<AdminCall, Qube?> holderOf)
    {
        methods.Read(prefix + "List", call => List(call, holderOf(call)));
        methods.Read(prefix + "Get", call => Get(call, holderOf(call)));
        methods.Read(prefix + "GetAll", call => GetAll(call, holderOf(call)));
        methods.Read(prefix + "GetDefault", call => GetDefault(call, holderOf(call)));
        methods.Read(prefix + "Help", call => call.Reply.Ok(PropertyCatalog.Get(holderOf(call), call.Argument).Help));
        methods.Read(prefix + "HelpRst", call => call.Reply.Ok(PropertyCatalog.Get(holderOf(call), call.Argument).HelpRst));
        methods.Change(prefix + "Set", call => new SetProperty(holderOf(call)?.Id, call.Argument, call.CopyUntrustedPayload()));
        methods.Change(prefix + "Reset", call => new ResetProperty(holderOf(call)?.Id, call.Argument));
    }

    private static void List(AdminCall call, Qube? holder)
    {
        call.Reply.Ok();
        foreach (var property in PropertyCatalog.Of(holder))
        {
            call.Reply.Append(property.Name).Append("\n"u8);
        }
    }

    private static void Get(AdminCall call, Qube? holder)
    {
        var property = PropertyCatalog.Get(holder, call.Argument);
        AppendDefaultAndType(call, holder, property).Append(Show(call, holder, property));
    }

    private static void GetAll(AdminCall call, Qube? holder)
    {
        call.Reply.Ok();
        foreach (var property in PropertyCatalog.Of(holder))
        {
            call.Reply.Append(property.Name).Append(" "u8);
            var value = Show(call, holder, property);
            AppendDefaultAndType(call, holder, property, isWhole: false).Append(Escape(value)).Append("\n"u8);
        }
    }

    private static void GetDefault(AdminCall call, Qube? holder)
    {
        var property = PropertyCatalog.Get(holder, call.Argument);
        call.Reply.Ok();
        if (property.Default?.Invoke(call.World, holder) is { } value)
        {
            call.Reply.Append("type="u8).Append(property.WireType).Append(" "u8).Append(PropertyValues.Show(call.World, value, ""));
        }
    }

    private static ReplyWriter AppendDefaultAndType(AdminCall call, Qube? holder, PropertyDefinition property, bool isWhole = true)
    {
        var reply = isWhole ? call.Reply.Ok() : call.Reply;
        var isDefault = PropertyValues.Explicit(call.World, holder, property) is null;
        return reply.Append(isDefault ? "default=True type="u8 : "default=False type="u8).Append(property.WireType).Append(" "u8);
    }

    private static string Show(AdminCall call, Qube? holder, PropertyDefinition property) =>
        PropertyValues.Show(call.World, PropertyValues.Get(call.World, holder, property), "");

    private static string Escape(string value) => value.AsSpan().IndexOfAny('\\', '\n') < 0
        ? value
        : value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
