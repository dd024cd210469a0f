using System.Diagnostics;
using System.Diagnostics.Metrics;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Counts and times commands under the meter <c>Qubes.Cqrs</c>.</summary>
public sealed class MetricsBehavior : IPipelineBehavior, IDisposable
{
    private readonly Meter meter = new("Qubes.Cqrs");
    private readonly Histogram<double> duration;

    /// <summary>Creates the instruments.</summary>
    public MetricsBehavior() => duration = meter.CreateHistogram<double>("qubes.command.duration", "ms", "From a command's arrival to its answer.");

    /// <inheritdoc/>
    public ValueTask<LogPosition> HandleAsync(ICommand command, Call call, Func<ValueTask<LogPosition>> next, CancellationToken ct) =>
        duration.Enabled ? MeasureAsync(command, next) : next();

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private async ValueTask<LogPosition> MeasureAsync(ICommand command, Func<ValueTask<LogPosition>> next)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = "failed";
        try
        {
            var position = await next().ConfigureAwait(false);
            outcome = "done";
            return position;
        }
        catch (DomainException)
        {
            outcome = "refused";
            throw;
        }
        finally
        {
            duration.Record(Stopwatch.GetElapsedTime(started).TotalMilliseconds, new("command", command.GetType().Name), new("outcome", outcome));
        }
    }
}
