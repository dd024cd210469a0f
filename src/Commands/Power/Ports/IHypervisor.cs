using System.Threading.Channels;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The hypervisor, as far as the executor needs it.</summary>
/// <remarks>Every call may fail with a <see cref="HypervisorException"/>, may take long, and may have had its effect although it failed: callers look
/// again (<see cref="FindAsync"/>) before they believe anything. Domains are named by the qube's UUID, which is the domain's.</remarks>
public interface IHypervisor : IAsyncDisposable
{
    /// <summary>Hints that something happened to a domain: may be late, doubled, lost or out of order, so each is only a reason to look.</summary>
    /// <remarks>Bounded; when it overflows, the oldest hints are dropped, and the regular look at everything makes up for it.</remarks>
    ChannelReader<DomainNotice> Notices { get; }

    /// <summary>The domain, when the hypervisor has an active one of this identity.</summary>
    ValueTask<DomainStatus?> FindAsync(QubeId qube, CancellationToken ct);

    /// <summary>Every active domain but dom0.</summary>
    ValueTask<IReadOnlyList<DomainStatus>> ListAsync(CancellationToken ct);

    /// <summary>Makes the definition known, replacing another of the same UUID.</summary>
    /// <param name="xml">The domain's XML.</param>
    /// <param name="ct">Ends the waiting.</param>
    ValueTask DefineAsync(string xml, CancellationToken ct);

    /// <summary>Creates the domain that was defined, paused.</summary>
    ValueTask<DomainStatus> CreatePausedAsync(QubeId qube, CancellationToken ct);

    /// <summary>Lets a paused domain run.</summary>
    ValueTask ResumeAsync(QubeId qube, CancellationToken ct);

    /// <summary>Pauses a domain.</summary>
    ValueTask PauseAsync(QubeId qube, CancellationToken ct);

    /// <summary>Sends a domain to sleep (S3).</summary>
    /// <exception cref="HypervisorException">With <see cref="HypervisorFault.NotSupported"/> where the guest or the hypervisor cannot.</exception>
    ValueTask SuspendAsync(QubeId qube, CancellationToken ct);

    /// <summary>Wakes a domain that sleeps.</summary>
    ValueTask WakeUpAsync(QubeId qube, CancellationToken ct);

    /// <summary>Asks the guest to shut itself down; whether and when it does is its own business.</summary>
    /// <exception cref="HypervisorException">It could not be asked.</exception>
    ValueTask ShutdownAsync(QubeId qube, string name, CancellationToken ct);

    /// <summary>Destroys a domain at once.</summary>
    /// <exception cref="HypervisorException">With <see cref="HypervisorFault.InvalidOperation"/> when it is not active.</exception>
    ValueTask DestroyAsync(QubeId qube, CancellationToken ct);

    /// <summary>Forgets a definition; nothing happens when there is none.</summary>
    ValueTask UndefineAsync(QubeId qube, CancellationToken ct);

    /// <summary>Connects a device to an active domain.</summary>
    /// <param name="qube">The domain.</param>
    /// <param name="xml">The device's XML.</param>
    /// <param name="ct">Ends the waiting.</param>
    ValueTask AttachAsync(QubeId qube, string xml, CancellationToken ct);

    /// <summary>Disconnects a device from an active domain.</summary>
    /// <param name="qube">The domain.</param>
    /// <param name="xml">The device's XML.</param>
    /// <param name="ct">Ends the waiting.</param>
    ValueTask DetachAsync(QubeId qube, string xml, CancellationToken ct);

    /// <summary>Whether an active domain has a device; null where the hypervisor cannot tell.</summary>
    /// <param name="qube">The domain.</param>
    /// <param name="xml">The device's XML.</param>
    /// <param name="ct">Ends the waiting.</param>
    ValueTask<bool?> HasDeviceAsync(QubeId qube, string xml, CancellationToken ct) => ValueTask.FromResult<bool?>(null);

    /// <summary>The path of the terminal of the domain's console; null when it has none.</summary>
    ValueTask<string?> ConsoleAsync(QubeId qube, CancellationToken ct);
}

/// <summary>An active domain.</summary>
/// <param name="Qube">Its UUID.</param>
/// <param name="Name">Its name.</param>
/// <param name="Xid">Its number.</param>
/// <param name="Activity">What it does.</param>
public sealed record DomainStatus(QubeId Qube, string Name, int Xid, DomainActivity Activity)
{
    /// <summary>The number of the domain that emulates devices for it, or -1.</summary>
    public int StubdomXid { get; init; } = -1;

    /// <summary>The identity of that domain; null without one.</summary>
    public QubeId? Stubdom { get; init; }

    /// <summary>The memory that it has now, in KiB.</summary>
    public long MemoryKiB { get; init; }

    /// <summary>The processor time that it has used, in nanoseconds.</summary>
    public long CpuTimeNs { get; init; }
}

/// <summary>A hint that something happened to a domain.</summary>
/// <param name="Qube">The domain; null when the connection was lost and made again, so that anything may have happened to any.</param>
/// <param name="Kind">What, if the hypervisor said it.</param>
public readonly record struct DomainNotice(QubeId? Qube, DomainNoticeKind Kind);

/// <summary>What a hint says.</summary>
public enum DomainNoticeKind
{
    /// <summary>Anything.</summary>
    Unknown,

    /// <summary>It started.</summary>
    Started,

    /// <summary>It stopped.</summary>
    Stopped,

    /// <summary>It was paused.</summary>
    Paused,

    /// <summary>It goes on.</summary>
    Resumed,

    /// <summary>It fell asleep, woke, shuts down or crashed.</summary>
    Other,
}

/// <summary>The hypervisor refused, failed, or cannot be reached.</summary>
/// <param name="fault">What kind of fault.</param>
/// <param name="message">Its own words.</param>
public sealed class HypervisorException(HypervisorFault fault, string message) : Exception(message)
{
    /// <summary>What kind of fault.</summary>
    public HypervisorFault Fault { get; } = fault;
}

/// <summary>Kinds of faults of a hypervisor.</summary>
public enum HypervisorFault
{
    /// <summary>Anything else.</summary>
    Failed,

    /// <summary>The domain is not in a state for this.</summary>
    InvalidOperation,

    /// <summary>The domain is not known.</summary>
    NoDomain,

    /// <summary>The hypervisor cannot do this at all.</summary>
    NotSupported,

    /// <summary>The connection is lost or was not answered in time: what was asked may have happened.</summary>
    Unreachable,
}
