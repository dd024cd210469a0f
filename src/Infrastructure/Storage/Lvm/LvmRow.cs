using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A logical volume as <c>lvs</c> lists it.</summary>
/// <param name="Group">The volume group.</param>
/// <param name="Name">Its name.</param>
/// <param name="Origin">The volume that it began as a copy of, under its present name; empty for none.</param>
/// <param name="ThinPool">The thin pool that holds it; empty for every other volume.</param>
/// <param name="SizeBytes">Its size in bytes.</param>
/// <param name="DataPercent">How much of it is used; 0 where nothing is told.</param>
/// <param name="Attributes">Ten letters: the first is <c>t</c> for a thin pool, the fifth <c>a</c> for an active volume. Source: lvs(8).</param>
/// <param name="ExtentBytes">Sizes in its group are multiples of this many bytes.</param>
/// <param name="MetadataBytes">Of a thin pool: the size of its own records in bytes, else 0.</param>
/// <param name="MetadataPercent">Of a thin pool: how much of these is used, else 0.</param>
internal sealed record LvmRow(
    string Group, string Name, string Origin, string ThinPool, long SizeBytes, decimal DataPercent, string Attributes, long ExtentBytes, long MetadataBytes, decimal MetadataPercent)
{
    /// <summary>The columns, as <c>lvs</c> is asked for them.</summary>
    internal const string Columns = "vg_name,lv_name,origin,pool_lv,lv_size,data_percent,lv_attr,vg_extent_size,lv_metadata_size,metadata_percent";

    /// <summary>What of it is used, in bytes.</summary>
    public long UsageBytes => (long)(SizeBytes * DataPercent / 100);

    /// <summary>Whether it has a device.</summary>
    public bool IsActive => Attributes.Length > 4 && Attributes[4] == 'a';

    /// <summary>Whether it is a thin pool.</summary>
    public bool IsThinPool => Attributes.StartsWith('t');

    /// <summary>A size as LVM rounds it: whole extents, one at least.</summary>
    public static long Rounded(long sizeBytes, long extentBytes) => Math.Max(1, (sizeBytes + extentBytes - 1) / extentBytes) * extentBytes;

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static LvmRow Parse(string line)
    {
        var fields = line.Trim().Split(';');
        return fields.Length == 10
            ? new LvmRow(
                fields[0], fields[1], fields[2], fields[3], Number(fields[4]), Percent(fields[5]), fields[6], Number(fields[7]), Number(fields[8]), Percent(fields[9]))
            : throw new FormatException($"not a line of lvs: {line}");
    }

    private static long Number(string text) => text.Length == 0 ? 0 : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static decimal Percent(string text) => text.Length == 0 ? 0 : decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
