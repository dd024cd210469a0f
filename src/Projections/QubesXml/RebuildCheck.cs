using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Compares a live view with one that is rebuilt from the log: they must be equal byte for byte.</summary>
public static class RebuildCheck
{
    /// <summary>Compares a live store with the one that the log gives.</summary>
    /// <param name="reader">The log.</param>
    /// <param name="snapshots">Null folds the whole log, which checks the snapshots as well.</param>
    /// <param name="upTo">The position that the live store shows; null: the head.</param>
    /// <param name="live">The live store.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when they are equal, else where they first differ.</returns>
    public static async Task<RebuildDifference?> QubesXmlAsync(
        IEventReader reader, ISnapshotStore? snapshots, LogPosition? upTo, ReadOnlyMemory<byte> live, CancellationToken ct)
    {
        var world = await WorldReplay.AtAsync(reader, snapshots, upTo, ct);
        return Compare(QubesXmlWriter.Write(world), live.Span);
    }

    /// <summary>Where two views first differ, or null.</summary>
    public static RebuildDifference? Compare(ReadOnlySpan<byte> rebuilt, ReadOnlySpan<byte> live)
    {
        var equal = rebuilt.CommonPrefixLength(live);
        if (equal == rebuilt.Length && equal == live.Length)
        {
            return null;
        }

        var line = rebuilt[..equal].Count((byte)'\n') + 1;
        return new RebuildDifference(line, LineAt(rebuilt, equal), LineAt(live, equal));
    }

    private static string LineAt(ReadOnlySpan<byte> view, int place)
    {
        var start = view[..place].LastIndexOf((byte)'\n') + 1;
        var length = view[start..].IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(length < 0 ? view[start..] : view.Slice(start, length));
    }
}
