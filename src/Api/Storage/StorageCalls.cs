namespace Qubes.Cqrs.Api;

/// <summary>What of <c>admin.pool.*</c> and <c>admin.vm.volume.*</c> is state alone.</summary>
/// <remarks>Source: spec, admin-api.yaml; storage 1.</remarks>
internal static class StorageCalls
{
    private const string Drivers =
        "callback conf_id\n" +
        "file revisions_to_keep dir_path ephemeral_volatile\n" +
        "file-reflink revisions_to_keep dir_path setup_check ephemeral_volatile\n" +
        "linux-kernel dir_path\n" +
        "lvm_thin revisions_to_keep volume_group thin_pool ephemeral_volatile\n" +
        "zfs revisions_to_keep container ephemeral_volatile snap_on_start_forensics\n";

    internal static void AddTo(AdminMethods methods)
    {
        methods.Read("admin.pool.List", ListPools);
        methods.Read("admin.pool.ListDrivers", call => call.Reply.Ok(Drivers));
        methods.Read("admin.vm.volume.List", ListVolumes);
    }

    private static void ListPools(AdminCall call)
    {
        call.Reply.Ok();
        foreach (var pool in call.World.Pools)
        {
            call.Reply.Append(pool.Name).Append("\n"u8);
        }
    }

    private static void ListVolumes(AdminCall call)
    {
        call.Reply.Ok();
        foreach (var volume in call.Destination.Volumes)
        {
            call.Reply.Append(volume.Name).Append("\n"u8);
        }
    }
}
