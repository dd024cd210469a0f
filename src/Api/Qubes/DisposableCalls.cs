using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.CreateDisposable</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.CreateDisposable; lifecycle 12.</remarks>
internal sealed class DisposableCalls(Dispatcher dispatcher, DisposableRequests disposables)
{
    internal async ValueTask CreateAsync(AdminCall call)
    {
        var preload = call.Argument switch
        {
            "" => false,
            "preload" => true,
            _ => throw new PermissionRefusedException("Argument not in \"'', 'preload'\""),
        };
        var asUuid = call.Request.UntrustedPayload.Span switch
        {
            [] => false,
            [(byte)'u', (byte)'u', (byte)'i', (byte)'d'] => true,
            _ => throw new InvalidRequestException("Invalid payload, expected empty string or 'uuid'"),
        };
        if (preload)
        {
            await disposables.KeepReadyAsync(call.Destination.Id, call.ToCall(), call.Ct).ConfigureAwait(false);
            call.Reply.Ok();
            return;
        }

        var id = await disposables.CreateAsync(call.Destination.Id, call.ToCall(), call.Ct).ConfigureAwait(false);
        call.Reply.Ok(asUuid ? "uuid:" + id : NameOf(id));
    }

    // Somebody may have removed it already.
    private string NameOf(QubeId id) => dispatcher.Current.Find(id)?.Name ?? throw new QubeNotFoundException("uuid:" + id);
}
