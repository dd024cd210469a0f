using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>One call as the client sent it; only its frame and its characters were checked.</summary>
/// <remarks>Belongs to the connection: not to be kept when <see cref="IRequestHandler.HandleAsync"/> has completed.</remarks>
public sealed class Request(IRequestConnection connection)
{
    private Peer? peer;

    /// <summary>The socket it came over.</summary>
    public required SocketKind Socket { get; init; }

    /// <summary>The row of the method on that socket; null when it has none.</summary>
    public required AdminMethod? Entry { get; init; }

    /// <summary>The method, ASCII; may be empty.</summary>
    public required string Method { get; init; }

    /// <summary>The argument, ASCII; empty when there is none.</summary>
    public required string Argument { get; init; }

    /// <summary>The calling qube: a name or <c>uuid:…</c>.</summary>
    public required string Source { get; init; }

    /// <summary>How the destination is meant: <c>name</c> or <c>keyword</c>.</summary>
    public string DestinationType { get; init; } = "name";

    /// <summary>The destination: a name or <c>uuid:…</c>; <c>dom0</c> when it was sent as <c>keyword adminvm</c>.</summary>
    public required string Destination { get; init; }

    /// <summary>The payload, in a buffer that is reused as soon as the call has been handled.</summary>
    public ReadOnlyMemory<byte> UntrustedPayload { get; init; }

    /// <summary>The process at the other end, which the system is asked for on the first call.</summary>
    public Peer GetPeer() => peer ??= connection.GetPeer();

    /// <summary>Turns the connection into a stream that stays open; at most once per request.</summary>
    public IEventStreamConnection OpenStream() => connection.OpenStream();
}
