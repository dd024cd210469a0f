using System.Security.Cryptography;
using System.Text;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The empty files that tell other programs which volumes run.</summary>
/// <param name="paths">Where they lie.</param>
/// <param name="steps">Hears of each change.</param>
/// <remarks>Source: spec, storage 4 (start all, stop all, running volume). They lie in memory and need not outlive the host: nothing is synchronised.</remarks>
public sealed class RunningVolumes(RootedPaths paths, IStorageSteps steps)
{
    private const string Folder = "/var/run/qubes";
    private const int LongestFileName = 255;

    /// <summary>The volume runs.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public void Mark(string pool, string vid)
    {
        var file = PathOf(pool, vid);
        Directory.CreateDirectory(paths.OnDisk(Folder));
        if (!File.Exists(file))
        {
            steps.Before($"create {Path.GetFileName(file)}");
            using var made = File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.Write);
        }
    }

    /// <summary>The volume does not run any more.</summary>
    /// <exception cref="IOException">The file cannot be removed.</exception>
    public void Unmark(string pool, string vid)
    {
        var file = PathOf(pool, vid);
        if (File.Exists(file))
        {
            steps.Before($"unlink {Path.GetFileName(file)}");
            File.Delete(file);
        }
    }

    /// <summary>Whether the volume runs.</summary>
    public bool IsMarked(string pool, string vid) => File.Exists(PathOf(pool, vid));

    /// <summary>Where the file of a volume lies on disk.</summary>
    internal string PathOf(string pool, string vid)
    {
        var name = "volume-running-" + $"{pool}:{vid}".Replace("-", "--", StringComparison.Ordinal).Replace('/', '-');
        if (Encoding.UTF8.GetByteCount(name) > LongestFileName)
        {
            // A pool's name alone may be as long as a file's.
            name = "volume-running-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        }

        return paths.OnDisk($"{Folder}/{name}");
    }
}
