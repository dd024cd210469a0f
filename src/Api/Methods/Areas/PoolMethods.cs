using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Storage pools and the volumes in them.</summary>
internal static class PoolMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.pool.List", Forbidden, Forbidden, AdminVm, Global, Read),
        Row("admin.pool.ListDrivers", Forbidden, Forbidden, AdminVm, Global, Read),
        Row("admin.pool.Info", Required, Forbidden, AdminVm, Global, Read),
        Row("admin.pool.UsageDetails", Required, Forbidden, AdminVm, Global, Read),
        Row("admin.pool.Add", Required, Required, AdminVm, Global, ReadWrite),
        Row("admin.pool.Remove", Required, Forbidden, AdminVm, Global, ReadWrite),
        Row("admin.pool.volume.List", Required, Forbidden, AdminVm, Global, Read),
        Row("admin.pool.Set.revisions_to_keep", Required, Required, AdminVm, Global, ReadWrite),
        Row("admin.pool.Set.ephemeral_volatile", Required, Required, AdminVm, Global, ReadWrite),
        Seed("admin.pool.volume.Info", Required, Required, AdminVm, Global, Read),
        Seed("admin.pool.volume.Set.revisions_to_keep", Required, Required, AdminVm, Global, ReadWrite),
        Seed("admin.pool.volume.ListSnapshots", Required, Required, AdminVm, Global, Read),
        Seed("admin.pool.volume.Snapshot", Required, Required, AdminVm, Global, ReadWrite),
        Seed("admin.pool.volume.Revert", Required, Required, AdminVm, Global, ReadWrite),
        Seed("admin.pool.volume.Resize", Required, Required, AdminVm, Global, ReadWrite),
        Seed("admin.pool.volume.Import", Required, Required, AdminVm, Global, ReadWrite),
        Seed("admin.pool.volume.CloneFrom", Required, Required, AdminVm, Global, ReadWrite),
        Seed("admin.pool.volume.CloneTo", Required, Required, AdminVm, Global, ReadWrite),
        Row("qubes.cqrs.StorageCheck", Optional, Forbidden, AdminVm, Global, ReadWrite, Duration.Long) with { IsOwn = true, IsCancellable = true },
    ];
}
