using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The databases of a simulated host's qubes: there while the qube runs.</summary>
public sealed class SimulatedQubeDatabases(SimulatedQubesDb databases, Func<World> current) : IQubeDatabases
{
    /// <inheritdoc/>
    public ValueTask PrepareAsync(QubeId qube, Run run, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask OpenAsync(QubeId qube, Run run, CancellationToken ct)
    {
        databases.Open(current().Qube(qube).Name);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(QubeId qube, Run run, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WatchAsync(QubeId qube, Run run, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask CloseAsync(QubeId qube, CancellationToken ct)
    {
        databases.Close(current().Find(qube)?.Name ?? "");
        return ValueTask.CompletedTask;
    }
}
