using System.Collections.Concurrent;
using System.Globalization;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A few threads for calls that block, so that a hypervisor that hangs takes none of the daemon's own threads.</summary>
internal sealed class LibvirtThreads : IDisposable
{
    private const int MostWaiting = 4096;
    private readonly BlockingCollection<Action> waiting = new(MostWaiting);
    private readonly CancellationTokenSource closed = new();

    /// <summary>Starts the threads.</summary>
    /// <param name="count">How many.</param>
    public LibvirtThreads(int count)
    {
        for (var number = 0; number < count; number++)
        {
            new Thread(Work) { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"libvirt {number}") }.Start();
        }
    }

    /// <summary>Runs a call and waits for it, for a while.</summary>
    /// <param name="call">What to run; it goes on when nobody waits for it any more, but is not begun any more then.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="HypervisorException">The call's own, or <see cref="HypervisorFault.Unreachable"/>.</exception>
    public async Task<T> RunAsync<T>(Func<T> call, TimeSpan timeout, CancellationToken ct)
    {
        var job = new Job<T>(call);
        Post(job.Run);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, closed.Token);
        try
        {
            return await job.Result.WaitAsync(timeout, limit.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw Unreachable($"libvirt did not answer within {timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Unreachable(Closed);
        }
        finally
        {
            job.Abandon();
        }
    }

    /// <summary>Lets go of everybody who waits; a thread ends when its call returns, which nobody waits for.</summary>
    public void Dispose()
    {
        waiting.CompleteAdding();
        closed.Cancel();
    }

    /// <summary>What is said to those who call after the end.</summary>
    internal const string Closed = "the connection to libvirt is closed";

    private static HypervisorException Unreachable(string message) => new(HypervisorFault.Unreachable, message);

    private void Post(Action run)
    {
        try
        {
            if (!waiting.TryAdd(run))
            {
                throw Unreachable("too many calls wait for libvirt");
            }
        }
        catch (InvalidOperationException)
        {
            throw Unreachable(Closed);
        }
    }

    private void Work()
    {
        foreach (var run in waiting.GetConsumingEnumerable())
        {
            run();
        }
    }

    /// <summary>A call that is begun at most once, and not after its caller has left.</summary>
    private sealed class Job<T>(Func<T> call)
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int taken;

        public Task<T> Result => done.Task;

        public void Abandon() => Interlocked.Exchange(ref taken, 1);

        public void Run()
        {
            if (Interlocked.Exchange(ref taken, 1) != 0)
            {
                return;
            }

            try
            {
                done.SetResult(call());
            }
#pragma warning disable CA1031 // Whatever it is, it is the caller's; the thread goes on.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                done.SetException(failure);
                _ = done.Task.Exception; // observed, also when the caller has left
            }
        }
    }
}
