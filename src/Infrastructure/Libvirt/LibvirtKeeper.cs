using System.Globalization;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Keeps a connection open, on a thread of its own: opens it again when it is lost, later and later while that fails.</summary>
internal sealed class LibvirtKeeper(LibvirtOptions options, Action<DomainNotice> notice) : IDisposable
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);
    private readonly ManualResetEvent stop = new(false);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private TaskCompletionSource<LibvirtConnection> attempt = NewAttempt();
    private bool isStarted;
    private bool isStopped;

    /// <summary>The connection, when there is one in time.</summary>
    /// <param name="timeout">How long to wait for it.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="HypervisorException">The last attempt failed, or the other side is silent.</exception>
    public async ValueTask<LibvirtConnection> GetAsync(TimeSpan timeout, CancellationToken ct)
    {
        Task<LibvirtConnection> current;
        lock (gate)
        {
            ThrowIfStopped();
            Start();
            current = attempt.Task;
        }

        try
        {
            return await current.WaitAsync(timeout, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new HypervisorException(
                HypervisorFault.Unreachable,
                $"{options.Uri} did not let us in within {timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
        }
    }

    /// <summary>Ends the thread; when it hangs in the library, nobody waits for it.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isStopped = true;
            Fail(new HypervisorException(HypervisorFault.Unreachable, LibvirtThreads.Closed));
            if (!isStarted)
            {
                ended.TrySetResult();
            }
        }

        stop.Set();
    }

    /// <summary>Waits until the connection is closed, but not for long.</summary>
    public async ValueTask WaitForEndAsync() => await Task.WhenAny(ended.Task, Task.Delay(LongestEnd, CancellationToken.None)).ConfigureAwait(false);

    private static TaskCompletionSource<LibvirtConnection> NewAttempt() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void ThrowIfStopped()
    {
        if (isStopped)
        {
            throw new HypervisorException(HypervisorFault.Unreachable, LibvirtThreads.Closed);
        }
    }

    private void Start()
    {
        if (!isStarted)
        {
            isStarted = true;
            new Thread(Keep) { IsBackground = true, Name = "libvirt connection" }.Start();
        }
    }

    private void Keep()
    {
        try
        {
            var pause = options.ShortestPause;
            for (var isFirst = true; !stop.WaitOne(0); isFirst = false)
            {
                pause = TryServe(isFirst) ? options.ShortestPause : Doubled(pause);
                stop.WaitOne(pause);
                Renew();
            }
        }
        finally
        {
            ended.TrySetResult();
        }
    }

    private TimeSpan Doubled(TimeSpan pause) => pause * 2 > options.LongestPause ? options.LongestPause : pause * 2;

    /// <summary>Serves with one connection until it is lost; false when there was none to be had.</summary>
    private bool TryServe(bool isFirst)
    {
        LibvirtConnection connection;
        try
        {
            connection = LibvirtConnection.Open(options, notice);
        }
#pragma warning disable CA1031 // Told to those who call; the next attempt follows.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            lock (gate)
            {
                Fail(failure as HypervisorException ?? new HypervisorException(HypervisorFault.Unreachable, failure.Message));
            }

            return false;
        }

        using (connection)
        {
            attempt.TrySetResult(connection);
            if (!isFirst)
            {
                notice(new DomainNotice(null, DomainNoticeKind.Unknown));
            }

            WaitHandle.WaitAny([stop, connection.Lost]);
            Renew();
        }

        return true;
    }

    private void Fail(HypervisorException failure)
    {
        if (attempt.Task.IsCompleted)
        {
            attempt = NewAttempt();
        }

        attempt.TrySetException(failure);
        _ = attempt.Task.Exception; // observed, also when nobody calls
    }

    /// <summary>From here on callers wait for the next attempt.</summary>
    private void Renew()
    {
        lock (gate)
        {
            if (!isStopped && attempt.Task.IsCompleted)
            {
                attempt = NewAttempt();
            }
        }
    }
}
