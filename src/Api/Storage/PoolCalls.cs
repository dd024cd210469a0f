using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.pool.*</c>, but for the volumes in pools.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.pool.*.</remarks>
internal sealed class PoolCalls(AdminMethods methods, PoolWatch watch)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    internal void Add()
    {
        methods.Read("admin.pool.List", List);
        methods.Read("admin.pool.ListDrivers", ListDrivers);
        methods.Read("admin.pool.Info", call => StorageReply.Write(call, PoolInfo.Of(call.World, Named(call), watch)));
        methods.Read("admin.pool.UsageDetails", call => StorageReply.Write(call, PoolInfo.UsageOf(Named(call), watch)));
        methods.Serve("admin.pool.volume.List", ListVolumesAsync);
        methods.Serve("admin.pool.Add", AddAsync);
        methods.Change("admin.pool.Remove", call => new RemovePool(call.Argument));
        methods.Change("admin.pool.Set.revisions_to_keep", call => new SetPoolRevisions(call.Argument, call.CopyUntrustedPayload()));
        methods.Change("admin.pool.Set.ephemeral_volatile", call => new SetPoolEphemeral(call.Argument, call.CopyUntrustedPayload()));
    }

    private static Pool Named(AdminCall call) => Pools.Named(call.World, call.Argument);

    private static void List(AdminCall call)
    {
        call.Reply.Ok();
        foreach (var pool in call.World.Pools)
        {
            call.Reply.Append(pool.Name).Append("\n"u8);
        }
    }

    private static void ListDrivers(AdminCall call)
    {
        call.Reply.Ok();
        foreach (var driver in PoolDrivers.All)
        {
            call.Reply.Append(driver.Name);
            foreach (var option in driver.Options)
            {
                call.Reply.Append(" "u8).Append(option.Name);
            }

            call.Reply.Append("\n"u8);
        }
    }

    private async ValueTask AddAsync(AdminCall call)
    {
        await methods.SendAsync(call, new AddPool(call.Argument, call.CopyUntrustedPayload())).ConfigureAwait(false);
        await watch.RefreshAsync(Patience, call.Ct).ConfigureAwait(false);
        call.Reply.Ok();
    }

    private async ValueTask ListVolumesAsync(AdminCall call)
    {
        var pool = Named(call);
        if (pool.Driver == PoolDrivers.LinuxKernel)
        {
            // A kernel that was installed a moment ago counts; a disk that does not answer is not waited for.
            await watch.RefreshAsync([pool], Patience, call.Ct).ConfigureAwait(false);
            StorageReply.Write(call, watch.Find(pool).Kernels);
            return;
        }

        StorageReply.Write(call, VolumeLookup.Vids(call.World, pool));
    }
}
