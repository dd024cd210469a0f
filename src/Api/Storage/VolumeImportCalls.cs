using System.Globalization;
using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>internal.vm.volume.ImportBegin</c> and <c>ImportEnd</c>, for the services that take the data of volumes, and <c>admin.pool.volume.Import</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml; storage 4 (Import).</remarks>
internal sealed class VolumeImportCalls(AdminMethods methods, VolumeImportRequests imports)
{
    internal void Add()
    {
        methods.Serve("internal.vm.volume.ImportBegin", BeginAsync);
        methods.Serve("internal.vm.volume.ImportEnd", EndAsync);
        methods.Serve("admin.pool.volume.Import", ReplaceAsync);
    }

    private async ValueTask BeginAsync(AdminCall call)
    {
        var (size, path) = await imports.BeginAsync(call.Destination.Id, call.Argument, call.CopyUntrustedPayload(), call.ToCall(), call.Ct).ConfigureAwait(false);
        call.Reply.Ok(string.Create(CultureInfo.InvariantCulture, $"{size} {path}"));
    }

    private async ValueTask EndAsync(AdminCall call)
    {
        var (isComplete, message) = Read(call.CopyUntrustedPayload().Span);
        if (isComplete)
        {
            await imports.CompleteAsync(call.Destination.Id, call.Argument, call.ToCall(), call.Ct).ConfigureAwait(false);
            call.Reply.Ok();
            return;
        }

        await imports.GiveUpAsync(call.Destination.Id, call.Argument, message ?? "", call.ToCall(), call.Ct).ConfigureAwait(false);
        throw message is null
            ? new InvalidRequestException("Message of a failed import contains non-ASCII characters")
            : new RefusedException($"Data import failed: {message}");
    }

    // `ok`, or anything else with a message after the first line; null when that is no text.
    private static (bool IsComplete, string? Message) Read(ReadOnlySpan<byte> untrusted)
    {
        if (untrusted.SequenceEqual("ok"u8))
        {
            return (true, null);
        }

        var message = untrusted.IndexOf((byte)'\n') is var end and >= 0 ? untrusted[(end + 1)..] : [];
        return (false, Ascii.IsValid(message) ? Encoding.ASCII.GetString(message) : null);
    }

    private async ValueTask ReplaceAsync(AdminCall call)
    {
        var request = VolumeRequest.OfPool(call);
        var volume = VolumeLookup.Find(call.World, request.Address);
        VolumeContents.CheckImport(volume);
        await imports.ReplaceAsync(volume.Qube!.Id, volume.Volume.Name, request.UntrustedValue, call.ToCall(), call.Ct).ConfigureAwait(false); // no kernel, so it has one
        call.Reply.Ok();
    }
}
