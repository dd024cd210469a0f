using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Lets a command return when the work on volumes that follows from it has come to its outcome, and throw when that failed.</summary>
public sealed class StorageBehavior(OutcomeWaiters waiters) : IPipelineBehavior
{
    /// <inheritdoc/>
    public async ValueTask<LogPosition> HandleAsync(ICommand command, Call call, Func<ValueTask<LogPosition>> next, CancellationToken ct)
    {
        if (command is VolumeStep || !waiters.TryBegin(call.CorrelationId))
        {
            return await next().ConfigureAwait(false);
        }

        try
        {
            var position = await next().ConfigureAwait(false);
            foreach (var work in waiters.Of(call.CorrelationId))
            {
                await work.WaitAsync(ct).ConfigureAwait(false);
            }

            return position;
        }
        finally
        {
            waiters.End(call.CorrelationId);
        }
    }
}
