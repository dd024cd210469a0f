using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A dataset or snapshot as <c>zfs list</c> shows it.</summary>
/// <param name="Name">Its name; a snapshot's has an <c>@</c>.</param>
/// <param name="SizeBytes">The size of the volume in bytes; 0 for what is none.</param>
/// <param name="UsageBytes">What it takes without its snapshots, in bytes.</param>
/// <param name="Created">Grows with the time of its creation.</param>
/// <param name="IsDirty">Whether a run writes to it, or did and was not stopped.</param>
/// <param name="Clones">The datasets that began as this snapshot.</param>
/// <param name="FreeBytes">How much more it could take, in bytes.</param>
internal sealed record ZfsRow(string Name, long SizeBytes, long UsageBytes, long Created, bool IsDirty, string[] Clones, long FreeBytes)
{
    /// <summary>The property that tells that a run writes to a volume.</summary>
    internal const string Dirty = "org.qubes-os:dirty";

    /// <summary>The columns, as <c>zfs list</c> is asked for them.</summary>
    internal const string Columns = "name,volsize,usedbydataset,used,createtxg," + Dirty + ",clones,available";

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ZfsRow Parse(string line)
    {
        var fields = line.Split('\t');
        return fields.Length == 8
            ? new ZfsRow(
                fields[0], Number(fields[1]), Math.Max(Number(fields[2]), fields[0].Contains('@', StringComparison.Ordinal) ? Number(fields[3]) : 0), Number(fields[4]), fields[5] == "on",
                fields[6] is "-" or "" ? [] : fields[6].Split(','), Number(fields[7]))
            : throw new FormatException($"not a line of zfs list: {line}");
    }

    // A dash stands for what a dataset of this kind does not have.
    private static long Number(string text) => text is "-" or "" ? 0 : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
