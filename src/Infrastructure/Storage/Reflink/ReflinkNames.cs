using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The names of the files of a volume.</summary>
/// <param name="Volume">The volume's name.</param>
/// <remarks>Source: spec, storage 6 (tree).</remarks>
internal readonly record struct ReflinkNames(string Volume)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const long Most = long.MaxValue / 2; // there is always a next one

    /// <summary>The state that was committed last.</summary>
    internal string Image => Volume + ".img";

    /// <summary>What a run writes to.</summary>
    internal string Dirty => Volume + "-dirty.img";

    /// <summary>A copy that is ready for the next start.</summary>
    internal string Precache => Volume + "-precache.img";

    /// <summary>New data that is to take the volume's place.</summary>
    internal string Import => Volume + "-import.img";

    /// <summary>The file of a revision.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="modifiedTicks">When its data was changed last.</param>
    internal string Revision(long number, long modifiedTicks) =>
        string.Create(CultureInfo.InvariantCulture, $"{Image}.{number}@{new DateTime(modifiedTicks, DateTimeKind.Utc).ToString(TimeFormat, CultureInfo.InvariantCulture)}");

    /// <summary>Whether a name is one of the files under which work on the volume is done before it takes its place.</summary>
    internal bool IsTemporary(string name) =>
        name.StartsWith(Volume, StringComparison.Ordinal) && FileReplacement.IsLeftOver(name) && name[..(name.IndexOf(".img", Volume.Length, StringComparison.Ordinal) + 4)] is var stem &&
        (stem == Image || stem == Dirty || stem == Precache || stem == Import);

    /// <summary>Reads the file name of a revision; the older form <c>private.img@TIME</c> has no number and is called by its time.</summary>
    internal bool TryRevision(string name, [NotNullWhen(true)] out ReflinkRevision? revision)
    {
        revision = null;
        var at = name.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || !name.StartsWith(Image, StringComparison.Ordinal) || !TryTime(name[(at + 1)..], out var seconds))
        {
            return false;
        }

        var number = at == Image.Length ? "" : name[Image.Length..at];
        revision = number.Length == 0
            ? new ReflinkRevision(0, name[(at + 1)..], name, seconds)
            : number[0] == '.' && TryNumber(number.AsSpan(1), out var counted) ? new ReflinkRevision(counted, number[1..], name, seconds) : null;
        return revision is not null;
    }

    /// <summary>Whether a text has the form of a revision's name.</summary>
    internal static bool CanName(string revision) => TryNumber(revision, out _) || TryTime(revision, out _);

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < Most && text[0] != '0';

    private static bool TryTime(string text, out long seconds)
    {
        var isTime = DateTime.TryParseExact(
            text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time);
        seconds = isTime ? (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond : 0;
        return isTime;
    }
}
