using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Qubes.Cqrs.Cli;

/// <summary>Standard output as a file: unlike <see cref="Console"/>, it tells when nobody reads any more.</summary>
internal static class StandardOutput
{
    private const int Buffer = 1 << 14;

    /// <summary>A writer of UTF-8.</summary>
    internal static StreamWriter Open() => new(OpenStream(), new UTF8Encoding(false), Buffer) { NewLine = "\n" };

    // Into a file one must write as everybody who shares it does: a file stream has a place of its own in it.
    private static Stream OpenStream()
    {
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 1);
        if (!stream.CanSeek)
        {
            return stream;
        }

        stream.Dispose();
        return Console.OpenStandardOutput();
    }
}
