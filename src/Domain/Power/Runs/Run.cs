namespace Qubes.Cqrs.Domain;

/// <summary>One run of a qube, from the wish to start it until everything about its end is told.</summary>
/// <remarks>What the log says of it; the hypervisor is asked by the executor alone, and what it finds comes back as events. An open intent
/// (<see cref="RunPhase.Requested"/>, <see cref="RunPhase.Spawning"/>, <see cref="RunPhase.Spawned"/>, <see cref="RunPhase.Failed"/>,
/// <see cref="RunPhase.Stopped"/>, a <see cref="Wish"/>, or a device that is being attached or detached) is what the executor still has to bring to an outcome.</remarks>
/// <param name="Id">Its identity, drawn by who asked for the start.</param>
/// <param name="Phase">How far it has come.</param>
public sealed record Run(string Id, RunPhase Phase)
{
    /// <summary>The number of the domain; -1 before there is one and after it has gone.</summary>
    public int Xid { get; init; } = -1;

    /// <summary>The number of the domain that emulates devices, or -1.</summary>
    public int StubdomXid { get; init; } = -1;

    /// <summary>The identity of the domain that emulates devices; null without one.</summary>
    public QubeId? Stubdom { get; init; }

    /// <summary>When the domain was created: microseconds since 1970.</summary>
    public long StartedAtMicroseconds { get; init; }

    /// <summary>What the domain does, as last observed; a new domain is paused.</summary>
    public DomainActivity Activity { get; init; } = DomainActivity.Paused;

    /// <summary>What somebody asked for and the executor has not done yet.</summary>
    public RunWish Wish { get; init; }

    /// <summary>The devices that are attached, in order of attachment.</summary>
    public EquatableArray<DeviceAssignment> Attached { get; init; } = [];

    /// <summary>The qube that the network interface leads to; null without one.</summary>
    public QubeId? NetVm { get; init; }

    /// <summary>The devices that the hypervisor was, or is about to be, asked to attach.</summary>
    public EquatableArray<DeviceAssignment> Attaching { get; init; } = [];

    /// <summary>Those of the attached devices that the hypervisor was, or is about to be, asked to detach.</summary>
    public EquatableArray<DeviceAssignment> Detaching { get; init; } = [];

    /// <summary>The block devices that the qube says it has, by name. It may say anything: they were bounded and cleaned, not checked.</summary>
    public EquatableArray<BlockDevice> Offered { get; init; } = [];

    /// <summary>Whether there is a domain, paused or not.</summary>
    public bool IsActive => Phase is RunPhase.Spawned or RunPhase.Started || (Phase is RunPhase.Failed && Xid >= 0);

    /// <summary>Whether there is a domain that is paused, so that its configuration is not passed on.</summary>
    public bool IsPaused => IsActive && Activity == DomainActivity.Paused;
}

/// <summary>How far a run has come.</summary>
public enum RunPhase
{
    /// <summary>Somebody asked for it; checks, storage and memory come next.</summary>
    Requested,

    /// <summary>The hypervisor is about to be asked for a domain: there may be one.</summary>
    Spawning,

    /// <summary>There is a domain; its configuration, its resumption and its qrexec daemon come next.</summary>
    Spawned,

    /// <summary>The start is complete.</summary>
    Started,

    /// <summary>The start failed, and there is a domain or may be one: it is being taken down.</summary>
    Failed,

    /// <summary>The domain has gone; what follows from that comes next.</summary>
    Stopped,
}

/// <summary>What a domain does, as the hypervisor tells it.</summary>
public enum DomainActivity
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>It is paused.</summary>
    Paused,

    /// <summary>It sleeps (S3).</summary>
    Suspended,

    /// <summary>It shuts down.</summary>
    Halting,

    /// <summary>It is being taken apart.</summary>
    Dying,

    /// <summary>It crashed and is still there.</summary>
    Crashed,
}

/// <summary>What was asked of a running qube and is not done yet.</summary>
public enum RunWish
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>That it shuts itself down.</summary>
    Shutdown,

    /// <summary>That it is destroyed.</summary>
    Kill,
}
