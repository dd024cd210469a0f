using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Notes every refused change in the log of the daemon; what was done stands in the event log itself.</summary>
public sealed partial class AuditBehavior(ILogger<AuditBehavior> logger) : IPipelineBehavior
{
    /// <inheritdoc/>
    public async ValueTask<LogPosition> HandleAsync(ICommand command, Call call, Func<ValueTask<LogPosition>> next, CancellationToken ct)
    {
        try
        {
            return await next().ConfigureAwait(false);
        }
        catch (DomainException refusal)
        {
            Refused(call.Method, call.Argument, call.SourceName, call.Destination, refusal.GetType().Name, refusal.Message);
            throw;
        }
    }

    [LoggerMessage(2301, LogLevel.Debug, "Refused {Method}+{Argument} ({Source} to {Destination}): {Refusal}: {Text}")]
    private partial void Refused(string method, string argument, string source, string destination, string refusal, string text);
}
