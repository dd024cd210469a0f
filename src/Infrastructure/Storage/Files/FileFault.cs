using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Makes exceptions of the errors of the C library.</summary>
internal static class FileFault
{
    /// <summary>The number of the last error.</summary>
    internal static int Error => Marshal.GetLastPInvokeError();

    /// <summary>Whether the disk, or what this account may use of it, is full.</summary>
    internal static bool IsFull(Exception fault) => fault is IOException { HResult: UnixError.NoSpace or UnixError.QuotaExceeded };

    /// <summary>The last error as an exception.</summary>
    internal static IOException Last(string what) => Of(what, Error);

    /// <summary>An error as an exception.</summary>
    internal static IOException Of(string what, int error) => new($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
}
