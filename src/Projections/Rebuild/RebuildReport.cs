using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>How a view that was rebuilt from the log compares with the live one.</summary>
/// <param name="View">Its name (<see cref="ViewNames"/>).</param>
/// <param name="Position">The position that was compared.</param>
/// <param name="Checked">How many parts were compared: files, databases, snapshots.</param>
/// <param name="Differences">Where they differ, the first <see cref="ViewDifferences.Most"/>.</param>
/// <param name="DifferenceCount">How many differences there are.</param>
public sealed record RebuildReport(string View, LogPosition Position, int Checked, IReadOnlyList<string> Differences, int DifferenceCount)
{
    /// <summary>False where there was no live view to compare with.</summary>
    public bool IsCompared { get; init; } = true;

    /// <summary>Whether the rebuilt view took the place of the live one.</summary>
    public bool IsSwapped { get; init; }

    /// <summary>How long changes waited for it.</summary>
    public TimeSpan Paused { get; init; }

    /// <summary>What else there is to say; null for nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Makes a report of all differences.</summary>
    public static RebuildReport Of(string view, LogPosition position, int parts, IEnumerable<string> differences)
    {
        var all = differences.ToList();
        return new RebuildReport(view, position, parts, [.. all.Take(ViewDifferences.Most)], all.Count);
    }
}
