namespace Qubes.Cqrs.Api;

/// <summary>What the socket servers are told.</summary>
public sealed record SocketServerOptions
{
    /// <summary>The group that may connect, beside the owner.</summary>
    public string Group { get; init; } = "qubes";

    /// <summary>What the owner and the group may do; others never may.</summary>
    public UnixFileMode Mode { get; init; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    /// <summary>Whether replies and the log tell tracebacks (<c>--debug</c>).</summary>
    public bool Debug { get; init; }

    /// <summary>How many connections are accepted at the same time.</summary>
    public int AcceptLoops { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 4);

    /// <summary>The most connections that are served at a time on one socket; more of them wait.</summary>
    /// <remarks>
    /// Below the limit of descriptors, of which the runtime itself needs some for every thread: a process without any left ends at once.
    /// </remarks>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>How long to wait when the process has no descriptors left.</summary>
    public TimeSpan ExhaustionPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The clock of the pauses.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
