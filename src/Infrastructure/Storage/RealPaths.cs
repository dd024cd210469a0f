using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Where paths lead when every symbolic link is followed.</summary>
internal static partial class RealPaths
{
    /// <summary>The path without symbolic links; as it is when nothing is there.</summary>
    internal static string Of(string path)
    {
        var real = RealPath(path, 0);
        if (real == 0)
        {
            return path;
        }

        try
        {
            return Marshal.PtrToStringUTF8(real) ?? path;
        }
        finally
        {
            Free(real);
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);
}
