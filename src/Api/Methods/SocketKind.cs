namespace Qubes.Cqrs.Api;

/// <summary>The three sockets of the daemon; no method is served on two of them.</summary>
/// <remarks>Source: spec, wire protocol 1.</remarks>
public enum SocketKind
{
    /// <summary><c>qubesd.sock</c>: <c>admin.*</c>.</summary>
    Admin,

    /// <summary><c>qubesd.internal.sock</c>: <c>internal.*</c>.</summary>
    Internal,

    /// <summary><c>qubesd.misc.sock</c>: what qubes report about themselves.</summary>
    Misc,
}
