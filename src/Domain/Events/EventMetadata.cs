namespace Qubes.Cqrs.Domain;

/// <summary>Who caused an event, through which call.</summary>
/// <param name="CorrelationId">The request.</param>
/// <param name="CausationId">The event or request that caused this one.</param>
/// <param name="Source">The calling qube's name; <c>dom0</c> for the daemon itself.</param>
public sealed record EventMetadata(string CorrelationId, string? CausationId, string Source)
{
    /// <summary>The Admin API method, or the daemon's own verb (<c>qubesd.import</c>, <c>qubesd.initialise</c>).</summary>
    public required string Method { get; init; }

    /// <summary>The call's argument.</summary>
    public string Argument { get; init; } = "";

    /// <summary>The call's destination by name.</summary>
    public string Destination { get; init; } = "";

    /// <summary>The peer process on the socket, as the kernel told it; none for the daemon itself.</summary>
    public Peer? Peer { get; init; }

    /// <summary>What clients were told, when it is not what <see cref="Announcements"/> derives from the events.</summary>
    /// <remarks>Belongs to the first event of a decision and covers the whole decision.</remarks>
    public EquatableArray<Announcement>? Announced { get; init; }
}

/// <summary>A process at the other end of a socket (SO_PEERCRED).</summary>
/// <param name="UserId">The effective user id.</param>
/// <param name="ProcessId">The process id.</param>
/// <param name="Command">The command name, at most 15 bytes, chosen by the process itself.</param>
public sealed record Peer(int UserId, int ProcessId, string Command);
