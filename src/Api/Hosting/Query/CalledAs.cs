using System.Text;

namespace Qubes.Cqrs.Api;

/// <summary>The name by which this program was called: one executable serves several through links.</summary>
internal static class CalledAs
{
    private const int LongestPath = 4096;

    /// <summary>The name of the file that was called, not of the one that a link leads to; empty when it cannot be told.</summary>
    /// <remarks>The runtime tells only where the executable really lies, so the kernel is asked what the caller said.</remarks>
    internal static string Read()
    {
        try
        {
            using var line = new FileStream("/proc/self/cmdline", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var start = new byte[LongestPath];
            return NameIn(start.AsSpan(0, line.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return ""; // no /proc: then it is called by its own name
        }
    }

    /// <summary>The name of the program in the beginning of a command line, whose words end with NULs.</summary>
    internal static string NameIn(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)0);
        var path = end < 0 ? line : line[..end];
        return Encoding.UTF8.GetString(path[(path.LastIndexOf((byte)'/') + 1)..]);
    }
}
