using Qubes.Cqrs.Benchmarks.Load;

namespace Qubes.Cqrs.Benchmarks.Floors;

/// <summary>A client that does nothing but durable one-row inserts.</summary>
public interface IInsertFloor : IAsyncDisposable
{
    /// <summary>What the report calls it.</summary>
    string Name { get; }

    /// <summary>Inserts over that many connections, one row and one commit at a time each.</summary>
    Task<Round> RunAsync(int connections, TimeSpan duration, CancellationToken ct);
}
