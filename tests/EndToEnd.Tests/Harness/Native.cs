using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The few system calls that .NET does not offer.</summary>
internal static partial class Native
{
    public const int SignalQuit = 3;
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;

    private const int ResourceDescriptors = 7;

    /// <summary>Sends a signal; false when there is no such process (any more).</summary>
    public static bool Signal(int pid, int signal) => Kill(pid, signal) == 0;

    /// <summary>Raises the descriptor limit of a process (0: this one) to at least <paramref name="wanted"/>, as far as it may.</summary>
    /// <returns>The limit that holds now.</returns>
    public static ulong RaiseDescriptorLimit(int pid, ulong wanted)
    {
        if (ReadLimit(pid, ResourceDescriptors, IntPtr.Zero, out var limit) != 0)
            throw new IOException($"prlimit of process {pid} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        if (limit.Soft >= wanted)
            return limit.Soft;

        var raised = new Limit { Soft = wanted, Hard = Math.Max(limit.Hard, wanted) };
        if (WriteLimit(pid, ResourceDescriptors, in raised, IntPtr.Zero) == 0)
            return wanted;
        raised = limit with { Soft = limit.Hard };
        return WriteLimit(pid, ResourceDescriptors, in raised, IntPtr.Zero) == 0 ? raised.Soft : limit.Soft;
    }

    /// <summary>Where the next data (or the next hole) of a sparse file begins, at or after an offset; -1 when there is none.</summary>
    public static long Seek(SafeFileHandle file, long offset, bool data) => Seek(file, offset, data ? 3 : 4);

    [LibraryImport("libc", EntryPoint = "lseek64", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "prlimit64", SetLastError = true)]
    private static partial int ReadLimit(int pid, int resource, IntPtr none, out Limit current);

    [LibraryImport("libc", EntryPoint = "prlimit64", SetLastError = true)]
    private static partial int WriteLimit(int pid, int resource, in Limit wanted, IntPtr none);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
