namespace Qubes.Cqrs.Api;

/// <summary>A row of the method table: what holds for a call before anything is known about its meaning.</summary>
/// <param name="Name">The full name, with the class or device class that it ends in or contains.</param>
/// <param name="Socket">The socket that serves it; null when a script or another daemon does.</param>
/// <param name="Argument">Whether it takes an argument.</param>
/// <param name="Payload">Whether it takes a payload.</param>
/// <param name="Destination">The destinations it accepts.</param>
/// <param name="Scope">What it concerns.</param>
/// <param name="Access">What it does.</param>
/// <remarks>Source: spec, admin-api.yaml.</remarks>
public sealed record AdminMethod(
    string Name,
    SocketKind? Socket,
    Presence Argument,
    Presence Payload,
    DestinationRule Destination,
    MethodScope Scope,
    MethodAccess Access)
{
    /// <summary>How long it takes.</summary>
    public Duration Duration { get; init; }

    /// <summary>Whether it ends when the client closes the connection; every other call goes on and its result is discarded.</summary>
    public bool IsCancellable { get; init; }

    /// <summary>Whether it comes with a package beside the daemon: without that it is no method.</summary>
    public bool IsAddOn { get; init; }

    /// <summary>Whether only the older documents know it, not the original daemon.</summary>
    public bool IsSeedOnly { get; init; }

    /// <summary>Whether it says itself, in words of its own, that an argument or a payload is missing or too much.</summary>
    public bool ChecksPresence { get; init; }

    /// <summary>Whether it stands beside the standard API: our own, neither the original daemon nor its documents have it.</summary>
    public bool IsOwn { get; init; }
}
