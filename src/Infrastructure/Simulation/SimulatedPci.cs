using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The PCI devices of a simulated host: all are free to be passed on, and no domain shows a slot, as where the transcripts were recorded.</summary>
public sealed class SimulatedPci : IPciHost
{
    /// <inheritdoc/>
    public ValueTask BindAsync(string address, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<string?> FindSlotAsync(int xid, string address, CancellationToken ct) => ValueTask.FromResult<string?>(null);
}
