using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary>Erases activity that is older than the configuration says, now and then, in the background.</summary>
/// <param name="eraser">What erases.</param>
/// <param name="age">How old activity may become.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told.</param>
internal sealed class ActivityKeeper(ActivityEraser eraser, TimeSpan age, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Erases until cancelled.</summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        var interval = TimeSpan.FromTicks(Math.Clamp(age.Ticks / 10, Shortest.Ticks, Longest.Ticks));
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(interval < TimeSpan.FromMinutes(1) ? interval : TimeSpan.FromMinutes(1), time, ct).ConfigureAwait(false);
                if (await eraser.EraseAsync(time.GetUtcNow() - age, ct).ConfigureAwait(false) is > 0 and var count)
                {
                    HostLog.ActivityErased(logger, count);
                }

                await Task.Delay(interval, time, ct).ConfigureAwait(false);
            }
            catch (EventLogUnavailableException reason)
            {
                HostLog.ActivityNotErased(logger, reason.Message);
            }
        }
    }
}
