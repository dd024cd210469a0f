using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>The few calls of the C library that .NET does not offer.</summary>
internal static partial class Native
{
    internal const int SigInt = 2;
    internal const int SigQuit = 3;
    internal const int SigKill = 9;
    internal const int SigTerm = 15;

    /// <summary>Sends a signal; false if there is no such process any more.</summary>
    internal static bool Signal(int processId, int signal) => Kill(processId, signal) == 0;

    /// <summary>The effective user of the calling thread.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    /// <summary>Changes the effective user of the calling thread alone, which the C library's own call would not do.</summary>
    internal static bool TrySetThreadUser(uint user)
    {
        var number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 117,
            Architecture.Arm64 => 147,
            _ => throw new BenchmarkException($"The number of setresuid on {RuntimeInformation.ProcessArchitecture} is not known here."),
        };
        return SystemCall(number, -1, (nint)user, -1) == 0;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint real, nint effective, nint saved);
}
