using System.Globalization;
using System.Threading.Channels;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A Xen host in memory: domains start, pause and stop at once unless the host's description says otherwise.</summary>
/// <remarks>Its domains outlive the daemon where a file is given, as those of a real hypervisor do.</remarks>
/// <param name="description">How its guests behave.</param>
/// <param name="store">Keeps the domains over a restart; null when they end with the process.</param>
/// <param name="time">The clock.</param>
public sealed class SimulatedHypervisor(HostDescription description, SimulatedDomainStore? store, TimeProvider time) : IHypervisor
{
    private const int NoticesKept = 4096;

    private readonly Lock gate = new();
    private readonly SimulatedDomains domains = store?.Load() ?? new SimulatedDomains();
    private readonly Channel<DomainNotice> notices =
        Channel.CreateBounded<DomainNotice>(new BoundedChannelOptions(NoticesKept) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <inheritdoc/>
    public ChannelReader<DomainNotice> Notices => notices.Reader;

    /// <inheritdoc/>
    public async ValueTask<DomainStatus?> FindAsync(QubeId qube, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        lock (gate)
        {
            return domains.Active.TryGetValue(qube, out var domain) ? Status(domain) : null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DomainStatus>> ListAsync(CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        lock (gate)
        {
            return [.. domains.Active.Values.Select(Status)];
        }
    }

    /// <inheritdoc/>
    public async ValueTask DefineAsync(string xml, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        var definition = SimulatedDefinition.Parse(xml);
        if (Behaviour(definition.Name).Any(guest => guest.DefineFails))
        {
            throw new HypervisorException(HypervisorFault.Failed, "internal error: define failed");
        }

        lock (gate)
        {
            domains.Defined[definition.Qube] = definition;
            Save();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DomainStatus> CreatePausedAsync(QubeId qube, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        lock (gate)
        {
            if (!domains.Defined.TryGetValue(qube, out var definition))
            {
                throw NoDomain(qube);
            }

            if (domains.Active.ContainsKey(qube))
            {
                throw new HypervisorException(HypervisorFault.InvalidOperation, "Requested operation is not valid: domain is already running");
            }

            if (Behaviour(definition.Name).Any(guest => guest.CreateFails))
            {
                throw new HypervisorException(HypervisorFault.Failed, $"internal error: libxenlight failed to create new domain '{definition.Name}'");
            }

            var xid = ++domains.LastXid;
            var domain = new SimulatedDomain(definition, xid, definition.HasStubdom ? ++domains.LastXid : -1, DomainActivity.Paused)
            {
                Devices = definition.Devices,
            };
            Set(domain, DomainNoticeKind.Started);
            return Status(domain);
        }
    }

    /// <inheritdoc/>
    public ValueTask ResumeAsync(QubeId qube, CancellationToken ct) => ChangeAsync(qube, DomainActivity.Running, DomainNoticeKind.Resumed, ct);

    /// <inheritdoc/>
    public ValueTask PauseAsync(QubeId qube, CancellationToken ct) => ChangeAsync(qube, DomainActivity.Paused, DomainNoticeKind.Paused, ct);

    /// <inheritdoc/>
    public ValueTask SuspendAsync(QubeId qube, CancellationToken ct) => ChangeAsync(qube, DomainActivity.Suspended, DomainNoticeKind.Other, ct);

    /// <inheritdoc/>
    public ValueTask WakeUpAsync(QubeId qube, CancellationToken ct) => ChangeAsync(qube, DomainActivity.Running, DomainNoticeKind.Other, ct);

    /// <inheritdoc/>
    public async ValueTask ShutdownAsync(QubeId qube, string name, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        if (!Behaviour(name).Any(guest => guest.IgnoresShutdown))
        {
            Remove(qube);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DestroyAsync(QubeId qube, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        Remove(qube);
    }

    /// <inheritdoc/>
    public async ValueTask UndefineAsync(QubeId qube, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        lock (gate)
        {
            domains.Defined.Remove(qube);
            Save();
        }
    }

    /// <inheritdoc/>
    public async ValueTask AttachAsync(QubeId qube, string xml, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        var key = SimulatedDevice.Key(xml);
        lock (gate)
        {
            var domain = Running(qube);
            domains.Active[qube] = !domain.Devices.Contains(key) ? domain with { Devices = [.. domain.Devices, key] }
                : throw new HypervisorException(HypervisorFault.InvalidOperation, $"Requested operation is not valid: {key} already exists");
            Save();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DetachAsync(QubeId qube, string xml, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        var key = SimulatedDevice.Key(xml);
        lock (gate)
        {
            var domain = Running(qube);
            domains.Active[qube] = domain.Devices.Contains(key) ? domain with { Devices = domain.Devices.Where(other => other != key).ToEquatableArray() }
                : throw new HypervisorException(HypervisorFault.Failed, $"device not found: {key}");
            Save();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool?> HasDeviceAsync(QubeId qube, string xml, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        var key = SimulatedDevice.Key(xml);
        lock (gate)
        {
            return domains.Active.TryGetValue(qube, out var domain) && domain.Devices.Contains(key);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string?> ConsoleAsync(QubeId qube, CancellationToken ct) => await FindAsync(qube, ct).ConfigureAwait(false) is { } domain
        ? description.ConsoleTty.Replace("{id}", domain.Xid.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        : throw NoDomain(qube);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        notices.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    private static HypervisorException NoDomain(QubeId qube) => new(HypervisorFault.NoDomain, $"Domain not found: no domain with matching uuid '{qube}'");

    private static HypervisorException NotRunning() => new(HypervisorFault.InvalidOperation, "Requested operation is not valid: domain is not running");

    private async ValueTask DelayAsync(CancellationToken ct)
    {
        if (description.CallDelay > TimeSpan.Zero)
        {
            await Task.Delay(description.CallDelay, time, ct).ConfigureAwait(false);
        }
    }

    private async ValueTask ChangeAsync(QubeId qube, DomainActivity activity, DomainNoticeKind notice, CancellationToken ct)
    {
        await DelayAsync(ct).ConfigureAwait(false);
        lock (gate)
        {
            var domain = domains.Active.TryGetValue(qube, out var active) ? active : throw NotRunning();
            if (domain.Activity != activity)
            {
                Set(domain with { Activity = activity }, notice);
            }
        }
    }

    private SimulatedDomain Running(QubeId qube) => domains.Active.TryGetValue(qube, out var domain) ? domain : throw NotRunning();

    private void Set(SimulatedDomain domain, DomainNoticeKind notice)
    {
        domains.Active[domain.Definition.Qube] = domain;
        Save();
        notices.Writer.TryWrite(new DomainNotice(domain.Definition.Qube, notice));
    }

    private void Remove(QubeId qube)
    {
        lock (gate)
        {
            if (!domains.Active.Remove(qube))
            {
                throw NotRunning();
            }

            Save();
            notices.Writer.TryWrite(new DomainNotice(qube, DomainNoticeKind.Stopped));
        }
    }

    private void Save() => store?.Save(domains);

    private IEnumerable<HostGuest> Behaviour(string name) => description.Guests.Where(guest => guest.Fits(name));

    private DomainStatus Status(SimulatedDomain domain) => new(domain.Definition.Qube, domain.Definition.Name, domain.Xid, domain.Activity)
    {
        StubdomXid = domain.StubdomXid,
        Stubdom = domain.StubdomXid < 0 ? null : SimulatedDomain.StubdomOf(domain.Definition.Qube),
        MemoryKiB = domain.Definition.MemoryKiB,
        CpuTimeNs = domain.Xid * description.CpuTimeNsPerDomainId,
    };
}
