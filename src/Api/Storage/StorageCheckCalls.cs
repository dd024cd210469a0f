using System.Text.Json;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubes.cqrs.StorageCheck</c>: looks at all storage, and mends it.</summary>
/// <remarks>docs/storage.md.</remarks>
internal sealed class StorageCheckCalls(StorageCheck check)
{
    private const string Fix = "fix";

    internal void AddTo(AdminMethods methods) => methods.Serve("qubes.cqrs.StorageCheck", CheckAsync);

    private async ValueTask CheckAsync(AdminCall call)
    {
        if (!call.Source.IsDom0)
        {
            throw new PermissionRefusedException("only dom0 may have storage checked");
        }

        if (call.Argument is not ("" or Fix))
        {
            throw new InvalidRequestException("expected `fix` or no argument");
        }

        var report = await check.RunAsync(call.Argument == Fix, call.ToCall(), call.Ct).ConfigureAwait(false);
        using var json = new Utf8JsonWriter(call.Reply.Ok());
        json.WriteStartObject();
        json.WriteBoolean("sound", report.IsSound);
        json.WriteNumber("qubes", report.Qubes);
        json.WriteStartArray("pools");
        foreach (var pool in report.Pools)
        {
            Write(json, pool);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PoolReport pool)
    {
        json.WriteStartObject();
        json.WriteString("name", pool.Name);
        json.WriteString("driver", pool.Driver);
        json.WriteString("fault", pool.Fault);
        json.WriteBoolean("busy", pool.IsBusy);
        json.WriteStartArray("strays");
        foreach (var (stray, isMended, reason) in pool.Strays)
        {
            json.WriteStartObject();
            json.WriteString("place", stray.Place);
            json.WriteNumber("bytes", stray.SizeBytes);
            json.WriteBoolean("leftOver", stray.IsLeftOver);
            WriteOutcome(json, isMended, reason);
        }

        json.WriteEndArray();
        json.WriteStartArray("volumes");
        foreach (var volume in pool.Volumes)
        {
            json.WriteStartObject();
            json.WriteString("qube", volume.Qube);
            json.WriteString("volume", volume.Volume);
            json.WriteString("vid", volume.Vid);
            json.WriteString("fault", WordOf(volume.Fault));
            WriteOutcome(json, volume.IsMended, volume.Reason);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOutcome(Utf8JsonWriter json, bool isMended, string? reason)
    {
        json.WriteBoolean("mended", isMended);
        json.WriteString("reason", reason);
        json.WriteEndObject();
    }

    private static string WordOf(VolumeFault fault) => fault switch
    {
        VolumeFault.NeverMade => "never-made",
        VolumeFault.Dirty => "dirty",
        VolumeFault.Missing => "missing",
        VolumeFault.Unreadable => "unreadable",
        _ => "no-pool",
    };
}
