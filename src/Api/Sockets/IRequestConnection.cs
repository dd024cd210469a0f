using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What a request can ask of the connection it came over.</summary>
public interface IRequestConnection
{
    /// <summary>The process at the other end.</summary>
    Peer GetPeer();

    /// <summary>Turns the connection into a stream that stays open.</summary>
    IEventStreamConnection OpenStream();
}
