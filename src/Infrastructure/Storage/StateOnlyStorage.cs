using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Volumes that are state alone: there are no files to prepare or to commit. docs/status.md says so.</summary>
public sealed class StateOnlyStorage : IQubeStorage
{
    /// <inheritdoc/>
    public ValueTask VerifyAsync(World world, Qube qube, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask StartAsync(World world, Qube qube, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask StopAsync(World world, Qube qube, CancellationToken ct) => ValueTask.CompletedTask;
}
