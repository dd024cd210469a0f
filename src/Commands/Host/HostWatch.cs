using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Looks at the host every few seconds, so that a new kernel or another time zone is seen though nobody asks.</summary>
public sealed class HostWatch(HostObserver observer, TimeProvider time, TimeSpan interval, Action<Exception> failed)
{
    /// <summary>The verb under which the log keeps what was found.</summary>
    public const string Verb = "qubesd.observe";

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false))
        {
            try
            {
                await observer.ObserveAsync(Call.OfDaemon(Verb), ct).ConfigureAwait(false);
            }
            catch (Exception reason) when (reason is DomainException or IOException or UnauthorizedAccessException)
            {
                failed(reason);
            }
        }
    }
}
