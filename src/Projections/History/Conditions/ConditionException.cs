using System.Globalization;

namespace Qubes.Cqrs.Projections;

/// <summary>A condition cannot be understood.</summary>
/// <param name="column">Where, counted from 1.</param>
/// <param name="reason">Why.</param>
public sealed class ConditionException(int column, string reason)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"column {column} of the condition: {reason}"))
{
    /// <summary>Where, counted from 1.</summary>
    public int Column { get; } = column;
}
