using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What qubes report about themselves: <c>qubes.FeaturesRequest</c>, <c>qubes.NotifyTools</c>, <c>qubes.NotifyUpdates</c>.</summary>
/// <param name="services">The databases of qubes, what runs, and a clock whose zone stands in for that of the host while that is not known.</param>
/// <remarks>Source: spec, admin-api.yaml, the socket qubesd.misc.sock.</remarks>
internal sealed class ReportCalls(AdminServices services)
{
    private const string AgentPrefix = "/features-request/";
    private const string ToolsPrefix = "/qubes-tools/";

    internal void AddTo(AdminMethods methods)
    {
        methods.Change("qubes.FeaturesRequest", async call => new RequestFeatures(call.Source.Id, false, await ReadAsync(call, AgentPrefix).ConfigureAwait(false)));
        methods.Change("qubes.NotifyTools", async call => new RequestFeatures(call.Source.Id, true, await ReadAsync(call, ToolsPrefix).ConfigureAwait(false)));
        methods.Change("qubes.NotifyUpdates", call => new ReportUpdates(
            call.Source.Id, call.CopyUntrustedPayload(), RunningQubes.Of(call.World), ZoneOf(call.World.Host)));
    }

    private async ValueTask<IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>>> ReadAsync(AdminCall call, string prefix)
    {
        var source = RequireLocal(call.Source);
        var entries = await services.Databases.ReadAsync(source.Name, prefix, call.Ct).ConfigureAwait(false)
            ?? throw new QubeNotRunningException($"Domain not running (either powered off or paused): {PythonText.Repr(source.Name)}");
        return [.. entries.Select(entry => KeyValuePair.Create(entry.UntrustedPath[prefix.Length..], entry.UntrustedValue))];
    }

    private static Qube RequireLocal(Qube source) => source.IsLocal ? source : throw new QubeErrorException("Not supported by RemoteVM");

    private TimeZoneInfo ZoneOf(HostFacts host) => TimeZoneInfo.TryFindSystemTimeZoneById(host.TimeZone, out var zone) ? zone : services.Time.LocalTimeZone;
}
