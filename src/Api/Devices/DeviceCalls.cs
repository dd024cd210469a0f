using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What of <c>admin.deviceclass.*</c> and <c>admin.vm.device.*</c> is state alone.</summary>
/// <remarks>Source: spec, admin-api.yaml.</remarks>
internal static class DeviceCalls
{
    private const int InterfaceLength = 7;

    internal static void AddTo(AdminMethods methods)
    {
        methods.Read("admin.deviceclass.List", call => call.Reply.Ok("block\npci\n"));
        methods.Read("admin.vm.device.denied.List", ListDenied);
    }

    private static void ListDenied(AdminCall call)
    {
        if (!call.Destination.IsLocal)
        {
            throw new QubeErrorException("Not supported by RemoteVM");
        }

        var codes = PropertyValues.Get(call.World, call.Destination, "devices_denied")?.Text ?? "";
        call.Reply.Ok(string.Join('\n', codes.Chunk(InterfaceLength).Select(code => new string(code))));
    }
}
