namespace Qubes.Cqrs.Infrastructure;

/// <summary>Finds the LVM thin pool that holds a mounted file system, by what the kernel shows of its devices.</summary>
public static class ThinPools
{
    private const string PoolSuffix = "-tpool";

    /// <summary>The pool of the root file system as <c>GROUP/POOL</c>; empty when it lies on something else.</summary>
    /// <param name="mounts">The list of mounts, <c>/proc/self/mountinfo</c>.</param>
    /// <param name="devices">The folder of block devices by number, <c>/sys/dev/block</c>.</param>
    public static string OfRoot(string mounts, string devices)
    {
        const int numberField = 2;
        const int pathField = 4;
        var number = File.ReadLines(mounts)
            .Select(line => line.Split(' '))
            .LastOrDefault(fields => fields.Length > pathField && fields[pathField] == "/")?[numberField];
        var slaves = Path.Combine(devices, number ?? "", "slaves");
        if (number is null || !Directory.Exists(slaves))
        {
            return "";
        }

        return Directory.EnumerateFileSystemEntries(slaves)
            .Select(slave => Path.Combine(slave, "dm", "name"))
            .Where(File.Exists)
            .Select(name => File.ReadAllText(name).Trim())
            .Where(name => name.EndsWith(PoolSuffix, StringComparison.Ordinal))
            .Select(name => Decode(name[..^PoolSuffix.Length]))
            .FirstOrDefault("");
    }

    // A device's name is GROUP-VOLUME, every hyphen within the two doubled.
    private static string Decode(string name) =>
        name.Replace("--", "\0", StringComparison.Ordinal).Replace('-', '/').Replace('\0', '-');
}
