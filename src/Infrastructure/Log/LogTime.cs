namespace Qubes.Cqrs.Infrastructure;

/// <summary>Times as the log holds them: UTC in whole microseconds.</summary>
internal static class LogTime
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    /// <summary>Microseconds since 1970, rounded down.</summary>
    public static long ToMicroseconds(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTime.UnixEpoch.Ticks;
        return (ticks - (((ticks % TicksPerMicrosecond) + TicksPerMicrosecond) % TicksPerMicrosecond)) / TicksPerMicrosecond;
    }

    /// <summary>The time of a number of microseconds since 1970.</summary>
    public static DateTimeOffset ToTime(long microseconds) => new(DateTime.UnixEpoch.Ticks + (microseconds * TicksPerMicrosecond), TimeSpan.Zero);
}
