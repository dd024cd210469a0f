using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>The event <c>vm-stats</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.Stats; addenda 7.</remarks>
internal static class VmStats
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>What a qube uses now, and how much of its processors since the reading before.</summary>
    internal static Announcement Report(Qube qube, PowerCalls.Reading reading, PowerCalls.Reading? before, TimeProvider time) => new(qube.Id, qube.Name, "vm-stats",
    [
        Number("memory_kb", reading.MemoryKiB),
        Number("memory_assigned_total", reading.MostKiB),
        Number("memory_assigned_usable", reading.MemoryKiB),
        Number("memory_with_swap_used", reading.MemoryKiB),
        Number("cpu_time", reading.CpuTimeNs / NanosecondsPerMillisecond),
        Number("cpu_usage", before is null ? 0 : UsagePercent(before, reading, time) / reading.Cpus),
        Number("online_vcpus", reading.Cpus),
    ]);

    private static long UsagePercent(PowerCalls.Reading before, PowerCalls.Reading now, TimeProvider time)
    {
        var elapsed = time.GetElapsedTime(before.Timestamp, now.Timestamp);
        var used = now.CpuTimeNs - before.CpuTimeNs;
        return elapsed > TimeSpan.Zero ? Math.Max(0, (long)(used / elapsed.TotalNanoseconds * 100)) : 0;
    }

    private static AnnouncementArgument Number(string key, long value) => new(key, value.ToString(CultureInfo.InvariantCulture));
}
