using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The request that a command came with.</summary>
/// <param name="CorrelationId">Its id.</param>
/// <param name="Method">The Admin API method, or a verb of the daemon's own.</param>
/// <param name="Source">The calling qube.</param>
/// <param name="SourceName">The calling qube's name.</param>
public sealed record Call(string CorrelationId, string Method, QubeId Source, string SourceName)
{
    /// <summary>The argument.</summary>
    public string Argument { get; init; } = "";

    /// <summary>The destination as the request named it.</summary>
    public string Destination { get; init; } = "";

    /// <summary>The process on the socket, or null.</summary>
    public Peer? Peer { get; init; }

    /// <summary>A call of the daemon itself.</summary>
    public static Call OfDaemon(string verb) => OfDaemon(verb, NewCorrelationId());

    /// <summary>A call of the daemon itself in answer to an event, whose request it carries on.</summary>
    public static Call OfDaemon(string verb, RecordedEvent cause) =>
        OfDaemon(verb, cause.Metadata?.CorrelationId ?? NewCorrelationId());

    /// <summary>A new id for a request.</summary>
    public static string NewCorrelationId() => Guid.CreateVersion7().ToString("N");

    /// <summary>The metadata that every event of the call carries.</summary>
    public EventMetadata ToMetadata() => new(CorrelationId, CorrelationId, SourceName)
    {
        Method = Method,
        Argument = Argument,
        Destination = Destination,
        Peer = Peer,
    };

    private static Call OfDaemon(string verb, string correlationId) => new(correlationId, verb, QubeId.Dom0, "dom0");
}
