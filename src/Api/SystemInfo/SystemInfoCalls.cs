using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary><c>internal.GetSystemInfo</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, internal.GetSystemInfo.</remarks>
internal sealed class SystemInfoCalls
{
    private readonly SystemInfoView view = new(PowerStates.Of);

    internal void AddTo(AdminMethods methods) => methods.Read("internal.GetSystemInfo", call => view.WriteTo(call.World, call.Reply.Ok()));
}
