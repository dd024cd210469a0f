using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.volume.*</c>, and <c>admin.pool.volume.*</c> of the older documents: the same by pool and id.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.volume.* and admin.pool.volume.*; decisions 1 (A4, A6). In the older calls the id comes first in the
/// payload, with a space or a newline after it.</remarks>
internal sealed class VolumeCalls(AdminMethods methods, VolumeTokens tokens, VolumeFigures figures)
{
    internal void Add()
    {
        methods.Read("admin.vm.volume.List", call => StorageReply.Write(call, call.Destination.Volumes.Select(volume => volume.Name)));
        foreach (var older in new[] { false, true })
        {
            var prefix = older ? "admin.pool.volume." : "admin.vm.volume.";
            Func<AdminCall, VolumeRequest> read = older ? VolumeRequest.OfPool : VolumeRequest.OfQube;
            methods.Serve(prefix + "Info", call => InfoAsync(call, read(call)));
            methods.Read(prefix + "ListSnapshots", call => ListSnapshots(call, read(call)));
            methods.Serve(prefix + "CloneFrom", call => CloneFromAsync(call, read(call)));
            methods.Change(prefix + "CloneTo", call => CloneTo(call, read(call)));
            methods.Serve(prefix + "Snapshot", call => SnapshotAsync(call, read(call)));
            methods.Change(prefix + "Revert", call => With(read(call), (address, value) => new RevertVolume(address, value, NewChange())));
            methods.Change(prefix + "Resize", call => With(read(call), (address, value) => new ResizeVolume(address, value, NewChange())));
            methods.Change(
                prefix + "Set.revisions_to_keep", call => With(read(call), (address, value) => new SetVolumeRevisions(address, value)));
        }

        methods.Change("admin.vm.volume.Clear", call => new ClearVolume(VolumeRequest.OfQube(call).Address, NewChange()));
        methods.Change("admin.vm.volume.Set.rw", call => With(VolumeRequest.OfQube(call), (address, value) => new SetVolumeRw(address, value)));
        methods.Change(
            "admin.vm.volume.Set.ephemeral", call => With(VolumeRequest.OfQube(call), (address, value) => new SetVolumeEphemeral(address, value)));
    }

    private static ICommand With(VolumeRequest request, Func<VolumeAddress, ReadOnlyMemory<byte>, ICommand> toCommand) =>
        toCommand(request.Address, request.UntrustedValue);

    private static string NewChange() => Call.NewCorrelationId();

    private async ValueTask InfoAsync(AdminCall call, VolumeRequest request)
    {
        var volume = VolumeLookup.Find(call.World, request.Address);
        VolumePaths.Of(call.World, volume); // a kernel that is not chosen is told of before any disk is asked
        StorageReply.Write(call, VolumeInfo.Of(call.World, volume, await figures.UsageAsync(call.World, volume, call.Ct).ConfigureAwait(false)));
    }

    private async ValueTask SnapshotAsync(AdminCall call, VolumeRequest request)
    {
        await methods.SendAsync(call, new SnapshotVolume(request.Address, NewChange())).ConfigureAwait(false);
        var volume = VolumeLookup.Find(methods.Current, request.Address);
        call.Reply.Ok(volume.Qube?.StateOf(volume.Volume.Name).Revisions is [.., var newest] ? newest.Name : "");
    }

    private static void ListSnapshots(AdminCall call, VolumeRequest request)
    {
        var volume = VolumeLookup.Find(call.World, request.Address);
        var revisions = volume.Qube?.StateOf(volume.Volume.Name).Revisions ?? [];
        StorageReply.Write(call, revisions.OrderBy(revision => revision.CreatedSeconds).Select(revision => revision.Name));
    }

    private ValueTask CloneFromAsync(AdminCall call, VolumeRequest request)
    {
        AdminRestrictions.Check(call.Source, call.Request.Method, call.Argument);
        var volume = VolumeLookup.Find(call.World, request.Address);
        call.Reply.Ok(tokens.Add(volume.Pool.Name, volume.Vid));
        return ValueTask.CompletedTask;
    }

    private CloneVolume CloneTo(AdminCall call, VolumeRequest request)
    {
        VolumeLookup.Find(call.World, request.Address);
        var (pool, vid) = tokens.Take(request.UntrustedValue.Span);
        return new CloneVolume(request.Address, pool, vid, NewChange());
    }
}
