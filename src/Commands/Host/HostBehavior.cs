using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Looks at the host before a command whose decision depends on it, so that a kernel installed or a device plugged in a moment ago counts.</summary>
/// <remarks>What was found enters the log as an event of its own; decisions see nothing but the world.</remarks>
public sealed class HostBehavior(IHost host, Writer writer) : IPipelineBehavior
{
    /// <inheritdoc/>
    public async ValueTask<LogPosition> HandleAsync(ICommand command, Call call, Func<ValueTask<LogPosition>> next, CancellationToken ct)
    {
        if (command is SetProperty { Property: "kernel" or "default_kernel" } or AttachDevice)
        {
            await ObserveAsync(call, ct).ConfigureAwait(false);
        }

        return await next().ConfigureAwait(false);
    }

    private async ValueTask ObserveAsync(Call call, CancellationToken ct)
    {
        var facts = host.Observe();
        if (facts != writer.Current.Host)
        {
            await writer.WriteAsync(draft => new ObserveHostHandler().Handle(draft, new ObserveHost(facts)), call, ct).ConfigureAwait(false);
        }
    }
}
