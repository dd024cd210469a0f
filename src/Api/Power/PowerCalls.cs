using System.Numerics;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.CurrentState</c> and <c>admin.vm.Stats</c>, as far as they can be told without a hypervisor.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.CurrentState and admin.vm.Stats; lifecycle 14; addenda 7.</remarks>
internal sealed class PowerCalls(Func<World> current, HostGauge gauge, TimeProvider time)
{
    private const long KiBPerMiB = 1024;
    private const long NanosecondsPerMillisecond = 1_000_000;

    internal void AddTo(AdminMethods methods)
    {
        methods.Read("admin.vm.CurrentState", TellState);
        methods.Serve("admin.vm.Stats", ReportAsync);
    }

    internal void TellState(AdminCall call)
    {
        var (memoryKiB, mostKiB, cpuTimeNs) = (0L, 0L, 0L);
        if (call.Destination.IsDom0)
        {
            var figures = gauge.Read().Figures;
            (memoryKiB, mostKiB, cpuTimeNs) = (figures.Dom0MemoryKiB, call.World.Host.Dom0MemoryMiB * KiBPerMiB, figures.Dom0CpuTimeNs);
        }

        call.Reply.Ok()
            .Append("mem="u8).Append(memoryKiB)
            .Append(" mem_static_max="u8).Append(mostKiB)
            .Append(" cputime="u8).Append(cpuTimeNs)
            .Append(" power_state="u8).Append(PowerStates.Of(call.World, call.Destination));
    }

    internal async ValueTask ReportAsync(AdminCall call)
    {
        var stream = call.Request.OpenStream();
        await stream.SendAsync(EventEncoder.ConnectionEstablished, stream.Disconnected).ConfigureAwait(false);
        if (!call.Destination.IsLocal)
        {
            throw new QubeErrorException("Not supported by RemoteVM");
        }

        if (!call.Destination.IsDom0)
        {
            throw new QubeNotRunningException(
                $"Domain not running (either powered off or paused): {PythonText.Repr(call.Destination.Name)}");
        }

        HostGauge.Reading? before = null;
        while (true)
        {
            var reading = gauge.Read();
            await stream.SendAsync(EventEncoder.Encode(Report(reading, before)), stream.Disconnected).ConfigureAwait(false);
            before = reading;
            await Task.Delay(Interval(current()), time, stream.Disconnected).ConfigureAwait(false);
        }
    }

    private Announcement Report(HostGauge.Reading reading, HostGauge.Reading? before)
    {
        var world = current();
        var memory = reading.Figures.Dom0MemoryKiB;
        return new Announcement(QubeId.Dom0, world.Dom0.Name, "vm-stats",
        [
            Number("memory_kb", memory),
            Number("memory_assigned_total", memory),
            Number("memory_assigned_usable", memory),
            Number("memory_with_swap_used", memory),
            Number("cpu_time", reading.Figures.Dom0CpuTimeNs / NanosecondsPerMillisecond),
            Number("cpu_usage", before is null ? 0 : UsagePercent(before, reading) / world.Host.Cpus),
            Number("online_vcpus", world.Host.Cpus),
        ]);
    }

    private long UsagePercent(HostGauge.Reading before, HostGauge.Reading now)
    {
        var elapsed = time.GetElapsedTime(before.Timestamp, now.Timestamp);
        var used = now.Figures.Dom0CpuTimeNs - before.Figures.Dom0CpuTimeNs;
        return elapsed > TimeSpan.Zero ? Math.Max(0, (long)(used / elapsed.TotalNanoseconds * 100)) : 0;
    }

    // The setting may be any number: none makes the reports come without a pause, or overflows the timer.
    private static TimeSpan Interval(World world)
    {
        var seconds = PropertyValues.Get(world, null, "stats_interval")?.AsInteger() ?? 1;
        return TimeSpan.FromSeconds((long)BigInteger.Clamp(seconds, 1, int.MaxValue / 1000));
    }

    private static AnnouncementArgument Number(string key, long value) => new(key, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
