namespace Qubes.Cqrs.Commands;

/// <summary>The host's figures, measured at most a few times a second however many ask.</summary>
/// <remarks>Nobody waits for another's measuring: who comes meanwhile gets the figures before.</remarks>
public sealed class HostGauge(IHost host, TimeProvider time)
{
    private static readonly TimeSpan MostAge = TimeSpan.FromMilliseconds(250);

    private Reading? last;
    private int measuring;

    /// <summary>The figures, no older than a quarter of a second unless they are being measured.</summary>
    public Reading Read()
    {
        var reading = Volatile.Read(ref last);
        if (reading is null)
        {
            return Measure();
        }

        if (time.GetElapsedTime(reading.Timestamp) <= MostAge || Interlocked.Exchange(ref measuring, 1) != 0)
        {
            return reading;
        }

        try
        {
            return Measure();
        }
        finally
        {
            Volatile.Write(ref measuring, 0);
        }
    }

    private Reading Measure()
    {
        var reading = new Reading(host.Measure(), time.GetTimestamp());
        Volatile.Write(ref last, reading);
        return reading;
    }

    /// <summary>Figures and when they were measured.</summary>
    /// <param name="Figures">The figures.</param>
    /// <param name="Timestamp">The timestamp of the clock.</param>
    public sealed record Reading(HostFigures Figures, long Timestamp);
}
