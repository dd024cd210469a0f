using System.Threading.Channels;

namespace Qubes.Cqrs.Projections;

/// <summary>Has a view written after each change: coalesced under load, and again after a failure, at growing distances.</summary>
/// <param name="time">The clock.</param>
/// <param name="options">The distances, and who is told of failures.</param>
/// <param name="write">Writes what is due now; an exception is a failure.</param>
internal sealed class ViewLoop(TimeProvider time, QubesXmlViewOptions options, Func<CancellationToken, Task> write)
{
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that there is something to write; never blocks.</summary>
    internal void Signal() => signal.Writer.TryWrite(true);

    /// <summary>Writes what is signalled until cancelled.</summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await signal.Reader.ReadAsync(ct);
                var wait = options.Interval;
                try
                {
                    await write(ct);
                    failures = 0;
                }
                catch (Exception exception) when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
                {
                    wait = RetryAfter(++failures);
                    options.Failed?.Invoke(new ViewFailure(exception, failures, wait));
                    Signal();
                }

                await Task.Delay(wait, time, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private TimeSpan RetryAfter(int failures)
    {
        const int mostDoublings = 20;
        var wait = options.FirstRetry * Math.Pow(2, Math.Min(failures - 1, mostDoublings));
        return wait < options.LongestRetry ? wait : options.LongestRetry;
    }
}
