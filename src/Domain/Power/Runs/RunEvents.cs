namespace Qubes.Cqrs.Domain;

/// <summary>Something about one run of a qube. What is told of another run than the present one changes nothing.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
public abstract record RunEvent(QubeId Qube, string Run) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>Somebody asked for the start of a qube, and nothing speaks against it.</summary>
public sealed record StartRequested(QubeId Qube, string Run) : RunEvent(Qube, Run);

/// <summary>Everything is prepared: the hypervisor is asked for a domain next.</summary>
public sealed record QubeSpawning(QubeId Qube, string Run) : RunEvent(Qube, Run);

/// <summary>The domain exists, paused.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="Xid">The domain's number.</param>
/// <param name="StubdomXid">The number of the domain that emulates devices, or -1.</param>
/// <param name="Stubdom">Its identity; null without one.</param>
/// <param name="AtMicroseconds">When it was created: microseconds since 1970.</param>
public sealed record QubeSpawned(QubeId Qube, string Run, int Xid, int StubdomXid, QubeId? Stubdom, long AtMicroseconds) : RunEvent(Qube, Run);

/// <summary>The qube is up.</summary>
public sealed record QubeStarted(QubeId Qube, string Run) : RunEvent(Qube, Run);

/// <summary>The qube was not started, or not completely.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity; one that never began is not known otherwise.</param>
/// <param name="Reason">The text that the caller got.</param>
public sealed record StartFailed(QubeId Qube, string Run, string Reason) : RunEvent(Qube, Run)
{
    /// <summary>Whether the hypervisor may still have a domain that nobody was told of: it is taken down before the qube can be started again.</summary>
    public bool IsLeftOver { get; init; }
}

/// <summary>The domain does something else than before.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="Activity">What it does now.</param>
public sealed record ActivityObserved(QubeId Qube, string Run, DomainActivity Activity) : RunEvent(Qube, Run);

/// <summary>Somebody asked that a running qube stops.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="Wish">How.</param>
public sealed record StopRequested(QubeId Qube, string Run, RunWish Wish) : RunEvent(Qube, Run);

/// <summary>What was asked of a running qube was passed on to it, or given up; the end of the run comes by itself.</summary>
public sealed record StopSettled(QubeId Qube, string Run) : RunEvent(Qube, Run);

/// <summary>The qube could not be shut down.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity; empty when it did not run.</param>
/// <param name="Reason">The text that the caller got.</param>
public sealed record ShutdownFailed(QubeId Qube, string Run, string Reason) : RunEvent(Qube, Run);

/// <summary>The domain has gone.</summary>
public sealed record QubeStopped(QubeId Qube, string Run) : RunEvent(Qube, Run)
{
    /// <summary>When that was noted: microseconds since 1970.</summary>
    public long AtMicroseconds { get; init; }
}

/// <summary>Everything that follows from the end of a run is done.</summary>
public sealed record QubeShutDown(QubeId Qube, string Run) : RunEvent(Qube, Run);

/// <summary>A device was attached to a running qube.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="Assignment">The device, and how.</param>
public sealed record DeviceAttached(QubeId Qube, string Run, DeviceAssignment Assignment) : RunEvent(Qube, Run);

/// <summary>A device was detached from a running qube.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="Class">The device's class.</param>
/// <param name="Backend">The name of the qube that has it.</param>
/// <param name="Port">Where it is.</param>
public sealed record DeviceDetached(QubeId Qube, string Run, string Class, string Backend, string Port) : RunEvent(Qube, Run);

/// <summary>The hypervisor was found to disagree with the log, which now says what was found.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Was">What the log said before; null when it knew of no run.</param>
/// <param name="Is">What was found; null when nothing runs.</param>
/// <param name="Reason">What was noticed, for people.</param>
public sealed record RunObserved(QubeId Qube, Run? Was, Run? Is, string Reason) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}
