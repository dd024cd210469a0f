using System.Diagnostics;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>What a run of the generator gave: its figures, what each client sent, and the first error if there was one.</summary>
public sealed record LoadResult(Round Round, IReadOnlyList<Share> Shares, string? FirstError)
{
    /// <summary>The smallest number that no client has used yet.</summary>
    public long NextNumber => Shares.Max(share => share.End);
}

/// <summary>
/// Drives one socket with a number of clients. One client blocks its thread; several are asynchronous loops, or threads if asked for.
/// </summary>
public sealed class LoadGenerator(string socketPath, int clients, bool useThreads)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly LoadClient[] loops = [.. Enumerable.Range(0, clients).Select(_ => new LoadClient(socketPath))];

    /// <summary>Sends requests numbered from <paramref name="first"/> on, until the time is up or <paramref name="limit"/> are sent.</summary>
    /// <param name="frame">Writes the request of a number.</param>
    /// <param name="first">The first number to use.</param>
    /// <param name="duration">How long to go on sending.</param>
    /// <param name="limit">The largest number of requests.</param>
    /// <param name="processId">The process whose processor time is to be noted, if any.</param>
    /// <param name="ct">Stops the run.</param>
    public Task<LoadResult> RunAsync(
        FrameWriter frame, long first, TimeSpan duration, long limit, int? processId, CancellationToken ct)
    {
        var end = limit > long.MaxValue - first ? long.MaxValue - clients : first + limit;
        var shares = Enumerable.Range(0, clients).Select(index => new Share(first + index, clients, end)).ToArray();
        return RunAsync(frame, shares, duration, processId, ct);
    }

    /// <summary>Sends exactly the requests of the shares, one share per client.</summary>
    public async Task<LoadResult> RunAsync(
        FrameWriter frame, IReadOnlyList<Share> shares, TimeSpan duration, int? processId, CancellationToken ct)
    {
        var cpuBefore = processId is { } pid ? ProcessFacts.CpuTime(pid) : TimeSpan.Zero;
        var started = Stopwatch.GetTimestamp();
        var deadline = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var running = loops.Select((loop, index) => StartAsync(loop, frame, shares[index], deadline, ct)).ToArray();
        Share[] sent;
        try
        {
            sent = await Task.WhenAll(running).WaitAsync(duration + Patience, ct);
        }
        catch (TimeoutException)
        {
            throw new BenchmarkException($"A request on {socketPath} got no reply within {Patience.TotalSeconds:0} s.");
        }
        var seconds = Stopwatch.GetElapsedTime(started, loops.Max(loop => loop.Finished)).TotalSeconds;
        var cpu = processId is { } same ? ProcessFacts.CpuTime(same) - cpuBefore : TimeSpan.Zero;
        return new(Summarise(seconds, cpu), sent, loops.Select(loop => loop.FirstError).FirstOrDefault(error => error is not null));
    }

    private Task<Share> StartAsync(LoadClient loop, FrameWriter frame, Share share, long deadline, CancellationToken ct) =>
        clients == 1 || useThreads
            ? Task.Factory.StartNew(
                () => loop.Run(frame, share, deadline, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : Task.Run(() => loop.RunAsync(frame, share, deadline, ct), ct);

    private Round Summarise(double seconds, TimeSpan cpu)
    {
        var samples = new long[loops.Sum(loop => loop.Samples.Length)];
        var filled = 0;
        foreach (var loop in loops)
        {
            loop.Samples.CopyTo(samples.AsSpan(filled));
            filled += loop.Samples.Length;
        }
        Array.Sort(samples);
        var errors = loops.Sum(loop => loop.Errors);
        var perTick = 1e6 / Stopwatch.Frequency;
        return new(
            samples.Length, errors, seconds,
            Quantiles.Of(samples, 0.50) * perTick, Quantiles.Of(samples, 0.95) * perTick, Quantiles.Of(samples, 0.99) * perTick,
            cpu.TotalMicroseconds / Math.Max(1, samples.Length + errors));
    }
}
