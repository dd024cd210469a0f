using System.Diagnostics;
using System.Globalization;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A file system in a file, mounted as long as the tests of a class run; what killed test runs left mounted is cleared away first.</summary>
/// <param name="sizeMiB">Its size, in MiB.</param>
/// <param name="format">The program that makes the file system, and its arguments before the image.</param>
public abstract class LoopDisk(int sizeMiB, params string[] format) : IAsyncLifetime
{
    private const string Prefix = "qubes-loop-disk-";

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");

    /// <summary>Where it is mounted; without root's rights, the test is skipped.</summary>
    public string Disk
    {
        get
        {
            Assert.SkipUnless(Posix.IsRoot, "only root can mount a file system");
            return folder;
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!Posix.IsRoot)
        {
            return;
        }

        await SweepLeftOversAsync();
        try
        {
            var image = folder + ".img";
            await using (var file = File.Create(image))
            {
                file.SetLength((long)sizeMiB << 20);
            }

            await RunAsync(format[0], [.. format[1..], image]);
            Directory.CreateDirectory(folder);
            await RunAsync("mount", "-o", "loop", image, folder);
        }
        catch
        {
            await RemoveAsync(folder);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(folder);
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes all space but so many bytes, until it is disposed.</summary>
    public async Task<IDisposable> FillUpAsync(long leaveBytes)
    {
        var ballast = Directory.CreateDirectory(Path.Combine(Disk, "ballast"));
        var left = new DriveInfo(folder).AvailableFreeSpace - leaveBytes;
        for (var (piece, number) = (left, 0); piece >= 4096 && left >= piece; number++)
        {
            // What a file system keeps for itself cannot be told, so the pieces get smaller and smaller.
            var size = piece.ToString(CultureInfo.InvariantCulture);
            var (isTaken, _) = await TryRunAsync("fallocate", "-l", size, Path.Combine(ballast.FullName, $"{number}"));
            left -= isTaken ? piece : 0;
            piece = isTaken ? Math.Min(piece, left) : piece / 2;
        }

        return new Ballast(ballast);
    }

    /// <summary>Runs a program that has to succeed; gives what it writes.</summary>
    internal static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (isDone, said) = await TryRunAsync(program, arguments);
        Assert.True(isDone, $"{program} {string.Join(' ', arguments)}: {said}");
        return said;
    }

    private static async Task SweepLeftOversAsync()
    {
        foreach (var left in Directory.EnumerateFiles(Path.GetTempPath(), Prefix + "*.img").Select(image => image[..^".img".Length]))
        {
            var owner = Path.GetFileName(left)[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}"))
            {
                await RemoveAsync(left);
            }
        }
    }

    private static async Task RemoveAsync(string folder)
    {
        // A program that another test starts just now may hold open files for a moment; the loop device goes with the last of them.
        for (var attempt = 0; File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[1] == folder); attempt++)
        {
            var (_, said) = await TryRunAsync("umount", "-d", folder);
            Assert.True(attempt < 100, $"{folder} cannot be unmounted: {said}");
            await Task.Delay(attempt == 0 ? 0 : 100);
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder); // empty once unmounted; anything else may not be touched
        }

        File.Delete(folder + ".img");
    }

    private static async Task<(bool IsDone, string Said)> TryRunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not run");
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode == 0, string.Concat(said));
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
