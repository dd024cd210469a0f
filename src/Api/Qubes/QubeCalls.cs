using System.Security.Cryptography;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vmclass.List</c>, <c>admin.vm.List</c>, <c>admin.vm.Create…</c>, <c>admin.vm.Remove</c>.</summary>
internal static class QubeCalls
{
    internal static void AddTo(AdminMethods methods, RecentDispIds recent, CallPolicy policy)
    {
        methods.Read("admin.vmclass.List", ListClasses);
        methods.Read("admin.vm.List", call => List(policy, call));
        methods.Change("admin.vm.Remove", call => new RemoveQube(call.Destination.Id));
        foreach (var @class in Enum.GetValues<QubeClass>())
        {
            methods.Change($"admin.vm.Create.{@class}", call => Create(call, @class, recent, mayChoosePools: false));
            methods.Change($"admin.vm.CreateInPool.{@class}", call => Create(call, @class, recent, mayChoosePools: true));
        }
    }

    private static void ListClasses(AdminCall call)
    {
        call.Reply.Ok();
        foreach (var name in Enum.GetNames<QubeClass>())
        {
            call.Reply.Append(name).Append("\n"u8);
        }
    }

    internal static void List(CallPolicy policy, AdminCall call)
    {
        call.Reply.Ok();
        var rights = policy.Of(call.World, call.Source);
        var asked = call.Destination.IsDom0 ? call.World.InOrder() : [call.Destination];
        foreach (var qube in asked.Where(qube => rights.MayList(qube)))
        {
            Append(call.World, call.Reply, qube);
        }
    }

    private static void Append(World world, ReplyWriter reply, Qube qube) => reply
        .Append(qube.Name).Append(" class="u8).Append(qube.ClassName)
        .Append(" state="u8).Append(PowerStates.Of(world, qube))
        .Append(" uuid="u8).Append(qube.Id.ToString()).Append("\n"u8);

    private static CreateQube Create(AdminCall call, QubeClass @class, RecentDispIds recent, bool mayChoosePools) => new(
        @class, call.Argument, mayChoosePools, call.CopyUntrustedPayload(), new QubeId(Guid.NewGuid()),
        RandomNumberGenerator.GetInt32(Disposables.DispIds))
    {
        RecentDispIds = @class == QubeClass.DispVM ? recent.Current : [],
    };
}
