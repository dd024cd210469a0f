namespace Qubes.Cqrs.Cli;

/// <summary>Keeps the policy files that lie with copies of the store: the log does not tell of policy, so they are kept as files.</summary>
internal static class PolicyCopies
{
    private const int MostFiles = 5000;
    private const long LongestFile = 1 << 20;

    /// <summary>The policy files beside the copies: <c>policy.d/*.policy</c>, <c>*.policy</c>.</summary>
    internal static IReadOnlyList<(StoreCopy Copy, string File, string Name)> Find(IEnumerable<StoreCopy> copies) =>
        [.. copies.Where(copy => copy.HasFolders).SelectMany(FilesOf).Take(MostFiles)];

    /// <summary>Copies them below a folder, a folder for each time; gives how many.</summary>
    internal static int Keep(IReadOnlyList<(StoreCopy Copy, string File, string Name)> files, string folder)
    {
        foreach (var (copy, file, name) in files)
        {
            var target = Path.Combine(folder, copy.Time.ToString("yyyyMMdd'T'HHmmss", System.Globalization.CultureInfo.InvariantCulture), name);
            Directory.CreateDirectory(
                Path.GetDirectoryName(target) ?? folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Copy(file, target, overwrite: true);
        }

        return files.Count;
    }

    private static IEnumerable<(StoreCopy Copy, string File, string Name)> FilesOf(StoreCopy copy)
    {
        foreach (var folder in new[] { "", "policy.d", "qubes/policy.d", "etc/qubes/policy.d" })
        {
            var path = Path.Combine(copy.Folder, folder);
            foreach (var file in Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.policy").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            {
                if (new FileInfo(file) is { LinkTarget: null, Length: <= LongestFile })
                {
                    yield return (copy, file, Path.Combine(folder, Path.GetFileName(file)));
                }
            }
        }
    }
}
