using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The log is not dense: always an alarm.</summary>
public sealed class LogGapException(LogPosition expected, LogPosition found)
    : Exception($"The log has position {found} where {expected} must stand")
{
    /// <summary>The position that must come.</summary>
    public LogPosition Expected { get; } = expected;

    /// <summary>The position that came.</summary>
    public LogPosition Found { get; } = found;
}
