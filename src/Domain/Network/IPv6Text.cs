using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>The compressed text of an IPv6 address: lower case, the longest run of zeros left out, never a dotted tail.</summary>
/// <remarks>RFC 5952 but for its section 5. Source: spec, addenda 5.</remarks>
public static class IPv6Text
{
    /// <summary>The text of 16 bytes.</summary>
    public static string Compress(ReadOnlySpan<byte> address)
    {
        var groups = new int[8];
        for (var index = 0; index < 8; index++)
        {
            groups[index] = (address[2 * index] << 8) | address[(2 * index) + 1];
        }

        var (start, length) = LongestZeros(groups);
        if (length < 2)
        {
            return Join(groups);
        }

        return Join(groups[..start]) + "::" + Join(groups[(start + length)..]);
    }

    private static string Join(int[] groups) => string.Join(':', groups.Select(group => group.ToString("x", CultureInfo.InvariantCulture)));

    private static (int Start, int Length) LongestZeros(int[] groups)
    {
        var (bestStart, bestLength, start) = (0, 0, -1);
        for (var index = 0; index <= groups.Length; index++)
        {
            if (index < groups.Length && groups[index] == 0)
            {
                start = start < 0 ? index : start;
                continue;
            }

            if (start >= 0 && index - start > bestLength)
            {
                (bestStart, bestLength) = (start, index - start);
            }

            start = -1;
        }

        return (bestStart, bestLength);
    }
}
