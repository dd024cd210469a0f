using System.Numerics;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.CurrentState</c> and <c>admin.vm.Stats</c>, from what was seen last: nobody waits for the hypervisor.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.CurrentState and admin.vm.Stats; lifecycle 14; addenda 7.</remarks>
internal sealed class PowerCalls(Func<World> current, HostGauge gauge, DomainFigures domains, CallPolicy policy, TimeProvider time)
{
    private const long KiBPerMiB = 1024;

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
        else if (PowerStates.Active(call.World, call.Destination.Id) is { } run && Seen(call.Destination, run) is { } domain)
        {
            (memoryKiB, mostKiB, cpuTimeNs) = (domain.MemoryKiB, Most(call.World, call.Destination), domain.CpuTimeNs);
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

        if (call.Destination is { IsDom0: false } qube && PowerStates.Active(current(), qube.Id) is null or { IsPaused: true })
        {
            throw PowerRefusals.NotRunning(qube);
        }

        await SendAsync(call, stream).ConfigureAwait(false);
    }

    // Where one qube was asked for, only that one is told; otherwise all that the caller may see.
    private async Task SendAsync(AdminCall call, IEventStreamConnection stream)
    {
        Dictionary<QubeId, Reading> before = [];
        while (true)
        {
            var world = current();
            var now = Measure(world, call.Destination);
            var rights = policy.Of(world, call.Source);
            foreach (var (id, reading) in now.Where(entry => world.Find(entry.Key) is { } qube && rights.May("admin.vm.Stats", "", qube)))
            {
                var report = VmStats.Report(world.Qube(id), reading, before.GetValueOrDefault(id), time);
                await stream.SendAsync(EventEncoder.Encode(report), stream.Disconnected).ConfigureAwait(false);
            }

            before = now;
            await Task.Delay(Interval(world), time, stream.Disconnected).ConfigureAwait(false);
        }
    }

    private Dictionary<QubeId, Reading> Measure(World world, Qube asked)
    {
        Dictionary<QubeId, Reading> readings = [];
        if (asked.IsDom0)
        {
            var host = gauge.Read();
            readings[QubeId.Dom0] = new Reading(host.Figures.Dom0MemoryKiB, host.Figures.Dom0MemoryKiB, host.Figures.Dom0CpuTimeNs, world.Host.Cpus, host.Timestamp);
        }

        foreach (var qube in asked.IsDom0 ? PowerStates.ActiveQubes(world) : [asked])
        {
            if (PowerStates.Active(world, qube.Id) is { IsPaused: false } run && Seen(qube, run) is { } domain)
            {
                var cpus = (int)BigInteger.Clamp(PropertyValues.Get(world, qube, "vcpus")?.AsInteger() ?? 1, 1, int.MaxValue);
                readings[qube.Id] = new Reading(domain.MemoryKiB, Most(world, qube) is > 0 and var most ? most : domain.MemoryKiB, domain.CpuTimeNs, cpus, time.GetTimestamp());
            }
        }

        return readings;
    }

    private DomainStatus? Seen(Qube qube, Run run) => domains.Find(qube.Id) is { } domain && domain.Xid == run.Xid ? domain : null;

    private static long Most(World world, Qube qube) =>
        (long)BigInteger.Clamp((PropertyValues.Get(world, qube, "maxmem")?.AsInteger() ?? 0) * KiBPerMiB, 0, long.MaxValue);

    // The setting may be any number: none makes the reports come without a pause, or overflows the timer.
    private static TimeSpan Interval(World world)
    {
        var seconds = PropertyValues.Get(world, null, "stats_interval")?.AsInteger() ?? 1;
        return TimeSpan.FromSeconds((long)BigInteger.Clamp(seconds, 1, int.MaxValue / 1000));
    }

    /// <summary>What a domain uses at a moment.</summary>
    /// <param name="MemoryKiB">Its memory.</param>
    /// <param name="MostKiB">What its memory may grow to.</param>
    /// <param name="CpuTimeNs">The processor time that it has used.</param>
    /// <param name="Cpus">Its processors.</param>
    /// <param name="Timestamp">When.</param>
    internal sealed record Reading(long MemoryKiB, long MostKiB, long CpuTimeNs, int Cpus, long Timestamp);
}
