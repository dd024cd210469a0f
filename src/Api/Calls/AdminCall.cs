using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A request whose source and destination were found and whose form is right.</summary>
/// <param name="Request">The request.</param>
/// <param name="World">The durable state at its arrival: what reads answer from.</param>
/// <param name="Source">The calling qube.</param>
/// <param name="Destination">The qube that it is about.</param>
/// <param name="Reply">Takes the reply.</param>
/// <param name="Ct">Ends the waiting.</param>
public sealed record AdminCall(Request Request, World World, Qube Source, Qube Destination, ReplyWriter Reply, CancellationToken Ct)
{
    /// <summary>The argument.</summary>
    public string Argument => Request.Argument;

    /// <summary>The payload, which is the call's own and outlives the request.</summary>
    public ReadOnlyMemory<byte> CopyUntrustedPayload() => Request.UntrustedPayload.ToArray();

    /// <summary>The call as the log keeps it.</summary>
    public Call ToCall() => new(Call.NewCorrelationId(), Request.Method, Source.Id, Source.Name)
    {
        Argument = Argument,
        Destination = Request.Destination,
        Peer = Request.GetPeer(),
    };
}
