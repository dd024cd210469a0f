using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Nothing has to be done for volumes: for tests of the executor alone.</summary>
internal sealed class NoVolumes : IQubeStorage
{
    public ValueTask VerifyAsync(World world, Qube qube, CancellationToken ct) => default;

    public ValueTask StartAsync(World world, Qube qube, CancellationToken ct) => default;

    public ValueTask StopAsync(World world, Qube qube, CancellationToken ct) => default;
}
