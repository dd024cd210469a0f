using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Runs storage tools.</summary>
public interface IToolRunner
{
    /// <summary>Runs a tool until it ends.</summary>
    /// <param name="call">Which, and how.</param>
    /// <param name="ct">Breaks off: the tool is ended with everything it started.</param>
    /// <exception cref="StorageRefusedException">There is no such tool.</exception>
    /// <exception cref="IOException">It cannot be run, did not end in time, or wrote more than can be taken.</exception>
    ValueTask<ToolResult> RunAsync(ToolCall call, CancellationToken ct);
}
