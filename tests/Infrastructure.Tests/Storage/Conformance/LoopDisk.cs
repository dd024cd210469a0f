using System.Diagnostics;
using System.Globalization;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A file system in a file, mounted as long as the tests of a class run; what killed test runs left mounted is cleared away first.</summary>
public abstract class LoopDisk : IDisposable
{
    private const string Prefix = "qubes-loop-disk-";

    private readonly string image;

    /// <summary>Makes it.</summary>
    /// <param name="sizeMiB">Its size, in MiB.</param>
    /// <param name="format">The program that makes the file system, and its arguments before the image.</param>
    protected LoopDisk(int sizeMiB, params string[] format)
    {
        SweepLeftOvers();
        Folder = Path.Combine(Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        image = Folder + ".img";
        try
        {
            using (var file = File.Create(image))
            {
                file.SetLength((long)sizeMiB << 20);
            }

            Run(format[0], [.. format[1..], image]);
            Directory.CreateDirectory(Folder);
            Run("mount", "-o", "loop", image, Folder);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Remove(Folder);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a file that leaves only so many bytes free.</summary>
    public IDisposable FillUp(long leaveBytes)
    {
        var ballast = Path.Combine(Folder, "ballast");
        Run("fallocate", "-l", (new DriveInfo(Folder).AvailableFreeSpace - leaveBytes).ToString(CultureInfo.InvariantCulture), ballast);
        return new Ballast(ballast);
    }

    private static void SweepLeftOvers()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            var owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}"))
            {
                Remove(folder);
            }
        }
    }

    private static void Remove(string folder)
    {
        if (File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[1] == folder))
        {
            Run("umount", "-d", folder); // the loop device goes with it
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder); // empty once unmounted; anything else may not be touched
        }

        File.Delete(folder + ".img");
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not run");
        var said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {said.Result}");
    }

    private sealed class Ballast(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}

/// <summary>XFS, whose files can share blocks.</summary>
public sealed class XfsDisk() : LoopDisk(512, "mkfs.xfs", "-q", "-m", "reflink=1");

/// <summary>ext4, whose files cannot.</summary>
public sealed class Ext4Disk() : LoopDisk(256, "mkfs.ext4", "-q", "-F");
