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
        Folder = Path.Combine(Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        image = Folder + ".img";
        if (!Posix.IsRoot)
        {
            return;
        }

        try
        {
            SweepLeftOvers();
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

    /// <summary>Where it is mounted; without root's rights, the test is skipped.</summary>
    public string Disk
    {
        get
        {
            Assert.SkipUnless(Posix.IsRoot, "only root can mount a file system");
            return Folder;
        }
    }

    private string Folder { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Remove(Folder);
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes all space but so many bytes, until it is disposed.</summary>
    public IDisposable FillUp(long leaveBytes)
    {
        var ballast = Directory.CreateDirectory(Path.Combine(Disk, "ballast"));
        var left = new DriveInfo(Folder).AvailableFreeSpace - leaveBytes;
        for (var (piece, number) = (left, 0); piece >= 4096 && left >= piece; number++)
        {
            // What a file system keeps for itself cannot be told, so the pieces get smaller and smaller.
            var isTaken = TryRun(out _, "fallocate", "-l", piece.ToString(CultureInfo.InvariantCulture), Path.Combine(ballast.FullName, $"{number}"));
            left -= isTaken ? piece : 0;
            piece = isTaken ? Math.Min(piece, left) : piece / 2;
        }

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
            // A program that another test starts just now may hold its files open for a moment; the loop device goes with the last of them.
            for (var attempt = 0; !TryRun(out var said, "umount", "-d", folder); attempt++)
            {
                Assert.True(attempt < 100, $"{folder} cannot be unmounted: {said}");
                Thread.Sleep(100);
            }
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder); // empty once unmounted; anything else may not be touched
        }

        File.Delete(folder + ".img");
    }

    /// <summary>Runs a program that has to succeed; gives what it writes.</summary>
    internal static string Run(string program, params string[] arguments)
    {
        Assert.True(TryRun(out var said, program, arguments), $"{program} {string.Join(' ', arguments)}: {said}");
        return said;
    }

    private static bool TryRun(out string said, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not run");
        var errors = process.StandardError.ReadToEndAsync();
        said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        said += errors.Result;
        return process.ExitCode == 0;
    }

    private sealed class Ballast(DirectoryInfo folder) : IDisposable
    {
        public void Dispose() => folder.Delete(recursive: true);
    }
}

/// <summary>XFS, whose files can share blocks.</summary>
public sealed class XfsDisk() : LoopDisk(512, "mkfs.xfs", "-q", "-m", "reflink=1");

/// <summary>ext4, whose files cannot.</summary>
public sealed class Ext4Disk() : LoopDisk(256, "mkfs.ext4", "-q", "-F");
