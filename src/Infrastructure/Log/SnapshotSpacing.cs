namespace Qubes.Cqrs.Infrastructure;

/// <summary>Where snapshots lie that are kept for ever: one in each stretch of so many events.</summary>
/// <remarks>Who asks for the state at a position reads at most two stretches of events. The first stretch needs none: it begins with nothing.</remarks>
internal static class SnapshotSpacing
{
    /// <summary>What snapshots may take on the disk for each event of the log, which itself takes about a thousand.</summary>
    private const int BytesPerEvent = 256;

    /// <summary>The length of a stretch: what was configured, doubled until snapshots of this size take no more than their share.</summary>
    internal static long Of(int every, long snapshotBytes)
    {
        var spacing = (long)every;
        while (spacing * BytesPerEvent < snapshotBytes)
        {
            spacing *= 2;
        }

        return spacing;
    }

    /// <summary>The beginnings of the stretches, up to the head, that have no snapshot.</summary>
    internal static IReadOnlyList<long> Missing(IEnumerable<long> positions, long spacing, long head)
    {
        var filled = positions.Select(position => position / spacing).ToHashSet();
        var missing = new List<long>();
        for (var stretch = 1L; stretch * spacing <= head; stretch++)
        {
            if (!filled.Contains(stretch))
            {
                missing.Add(stretch * spacing);
            }
        }

        return missing;
    }
}
