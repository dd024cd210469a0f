namespace Qubes.Cqrs.Api;

/// <summary>Answers requests.</summary>
public interface IRequestHandler
{
    /// <summary>Answers one request.</summary>
    /// <param name="request">The request; its frame is valid, nothing else is known of it.</param>
    /// <param name="reply">Takes the reply; left empty, the connection is closed without one.</param>
    /// <param name="disconnected">Triggered when the daemon cannot wait any longer; a stream's own token tells of its client.</param>
    /// <exception cref="Domain.DomainException">The refusal is answered.</exception>
    /// <remarks>Any other exception is logged, and the connection closed without a byte.</remarks>
    ValueTask HandleAsync(Request request, ReplyWriter reply, CancellationToken disconnected);
}
