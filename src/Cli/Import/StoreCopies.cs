using System.Globalization;
using System.Text.RegularExpressions;

namespace Qubes.Cqrs.Cli;

/// <summary>Finds the copies of <c>qubes.xml</c> in a folder, with the time of each.</summary>
/// <remarks>The time stands in the name of the file (<c>qubes-2026-01-31.xml</c>, <c>qubes-20260131T0405.xml</c>), or in that of the folder it lies in;
/// otherwise the time of the file's last change counts. Symbolic links are not followed.</remarks>
internal static partial class StoreCopies
{
    private const int Deepest = 4;
    private const int MostFiles = 20_000;

    /// <summary>The copies, the oldest first.</summary>
    /// <exception cref="HistoryException">There are none.</exception>
    internal static IReadOnlyList<StoreCopy> Find(string path)
    {
        if (File.Exists(path))
        {
            return [new StoreCopy(path, TimeOf(path, null), HasFolders: true)];
        }

        if (!Directory.Exists(path))
        {
            throw new HistoryException($"there is no file or folder {path}");
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Deepest, AttributesToSkip = FileAttributes.ReparsePoint };
        var files = Directory.EnumerateFiles(path, "qubes*.xml*", options).Where(file => StoreName().IsMatch(Path.GetFileName(file))).Take(MostFiles).ToList();
        var copies = files.Select(file => new StoreCopy(file, TimeOf(file, path), HasFolders: false))
            .OrderBy(copy => copy.Time).ThenBy(copy => copy.File, StringComparer.Ordinal).ToList();
        var newest = copies.GroupBy(copy => copy.Folder).Select(group => group.Last()).ToHashSet();
        return copies.Count > 0
            ? [.. copies.Select(copy => copy with { HasFolders = newest.Contains(copy) })]
            : throw new HistoryException($"there is no copy of qubes.xml in {path}: expected names such as qubes-2026-01-31.xml or 2026-01-31/qubes.xml");
    }

    private static DateTimeOffset TimeOf(string file, string? root)
    {
        var top = root is null ? "" : Path.GetFullPath(root);
        for (var step = Path.GetFullPath(file); step.Length > top.Length; step = Path.GetDirectoryName(step) ?? "")
        {
            if (Read(Path.GetFileName(step)) is { } time)
            {
                return time;
            }

            if (root is null)
            {
                break;
            }
        }

        return new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero);
    }

    private static DateTimeOffset? Read(string name)
    {
        var found = Date().Match(name);
        if (!found.Success)
        {
            return null;
        }

        var clock = found.Groups["hour"].Success ? found.Groups["hour"].Value + found.Groups["minute"].Value : "0000";
        var text = found.Groups["year"].Value + found.Groups["month"].Value + found.Groups["day"].Value + clock +
            (found.Groups["second"].Success ? found.Groups["second"].Value : "00");
        return DateTimeOffset.TryParseExact(text, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    [GeneratedRegex(@"^qubes([-_.].*)?\.xml([-_.~].*)?$")]
    private static partial Regex StoreName();

    [GeneratedRegex(@"(?<!\d)(?<year>20\d\d)-?(?<month>\d\d)-?(?<day>\d\d)(?:[T_ -]?(?<hour>\d\d)[:.-]?(?<minute>\d\d)(?:[:.-]?(?<second>\d\d))?)?(?!\d)")]
    private static partial Regex Date();
}
