using System.Numerics;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Times that users set: any number, so bounded before it becomes a timer.</summary>
internal static class PowerTimes
{
    private const int MostSeconds = 7 * 24 * 60 * 60;

    /// <summary>Now, in microseconds since 1970.</summary>
    internal static long Microseconds(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The value of a property in seconds.</summary>
    internal static TimeSpan Seconds(World world, Qube qube, string property)
    {
        var seconds = PropertyValues.Get(world, qube, property)?.AsInteger() ?? 60;
        return TimeSpan.FromSeconds((long)BigInteger.Clamp(seconds, 1, MostSeconds));
    }
}
