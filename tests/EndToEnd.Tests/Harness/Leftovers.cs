using System.Collections.Concurrent;
using System.Globalization;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Knows every process that the tests started and ends what still runs. Only these: never anything by name.</summary>
internal static class Leftovers
{
    private static readonly ConcurrentDictionary<int, byte> Daemons = new();
    private static readonly ConcurrentDictionary<string, byte> Roots = new();

    public static void AddDaemon(int pid) => Daemons.TryAdd(pid, 0);

    /// <summary>Called when the process is gone, so that its number, used anew, is never hit.</summary>
    public static void RemoveDaemon(int pid) => Daemons.TryRemove(pid, out _);

    public static void AddRoot(string root) => Roots.TryAdd(root, 0);

    public static void RemoveRoot(string root) => Roots.TryRemove(root, out _);

    public static void EndAll()
    {
        foreach (var pid in Daemons.Keys)
            Native.Signal(pid, Native.SignalKill);
        foreach (var root in Roots.Keys)
            EndPostmasters(root);
    }

    /// <summary>The postmasters whose data directory lies below <paramref name="root"/> and which live.</summary>
    public static List<int> Postmasters(string root)
    {
        var state = Path.Combine(root, "var", "lib", "qubes");
        if (!Directory.Exists(state))
            return [];
        var found = new List<int>();
        foreach (var file in Files(state, "postmaster.pid"))
        {
            if (ReadPid(file) is { } pid && BelongsTo(pid, Path.GetDirectoryName(file) ?? root))
                found.Add(pid);
        }

        return found;
    }

    /// <summary>Kills them at once, as a crash would; their children notice and go.</summary>
    public static List<int> EndPostmasters(string root)
    {
        var postmasters = Postmasters(root);
        foreach (var pid in postmasters)
            Native.Signal(pid, Native.SignalKill);
        return postmasters;
    }

    public static bool Lives(int pid) => File.Exists($"/proc/{pid}/stat") && !IsZombie(pid);

    private static IEnumerable<string> Files(string folder, string name)
    {
        // Volumes and the like appear and vanish while a daemon runs: what cannot be read is passed over.
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 5 };
        try
        {
            return Directory.GetFiles(folder, name, options);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static int? ReadPid(string file)
    {
        try
        {
            return int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    // A stale file may name a number that something else has today.
    private static bool BelongsTo(int pid, string dataFolder)
    {
        try
        {
            return Lives(pid) && Directory.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: true)?.FullName == dataFolder;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsZombie(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 1)..].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
