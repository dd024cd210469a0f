using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The loop devices through which running qubes see files.</summary>
internal static partial class LoopDevices
{
    private const string Blocks = "/sys/block";
    private const ulong SetCapacity = 0x4c07; // LOOP_SET_CAPACITY of linux/loop.h

    /// <summary>Tells every loop device on a file that the file has another length.</summary>
    /// <param name="path">The file's real path on disk.</param>
    /// <exception cref="IOException">A device does not take it.</exception>
    internal static void Resized(string path)
    {
        if (!Directory.Exists(Blocks))
        {
            return;
        }

        foreach (var device in Directory.EnumerateFileSystemEntries(Blocks, "loop*").Select(entry => Path.GetFileName(entry)))
        {
            if (BackingFile(device) == path)
            {
                using var open = File.OpenHandle($"/dev/{device}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                if (IoCtl(open, SetCapacity, 0) != 0)
                {
                    throw FileFault.Last($"/dev/{device}");
                }
            }
        }
    }

    private static string? BackingFile(string device)
    {
        try
        {
            return File.ReadAllText($"{Blocks}/{device}/loop/backing_file").TrimEnd('\n');
        }
        catch (IOException)
        {
            return null; // it is not in use, or goes away just now
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoCtl(SafeFileHandle device, ulong request, nint argument);
}
