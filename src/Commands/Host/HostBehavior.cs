using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Looks at the host before a command whose decision depends on it, so that a kernel installed or a device plugged in a moment ago counts.</summary>
/// <remarks>What was found enters the log as an event of its own; decisions see nothing but the world.</remarks>
public sealed class HostBehavior(HostObserver observer) : IPipelineBehavior
{
    /// <inheritdoc/>
    public async ValueTask<LogPosition> HandleAsync(ICommand command, Call call, Func<ValueTask<LogPosition>> next, CancellationToken ct)
    {
        if (command is SetProperty { Property: "kernel" or "default_kernel" } or AttachDevice or PlanCommand)
        {
            await observer.ObserveAsync(call, ct).ConfigureAwait(false);
        }

        return await next().ConfigureAwait(false);
    }
}
