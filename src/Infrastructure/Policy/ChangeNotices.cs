using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Tells whether anything changed in folders: inotify, asked instead of listened to.</summary>
/// <remarks>
/// <see cref="FileSystemWatcher"/> tells of a change some time after it was made. Here the question itself reads what the kernel has noted, so a change that was
/// complete before the question is in the answer. A question costs one system call. Source: inotify(7).
/// </remarks>
internal sealed partial class ChangeNotices : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int HeaderBytes = 16;
    private const int TryAgain = 11;
    private const int Interrupted = 4;

    // Modified, attributes, closed after writing, moved from and to, created, deleted, and the folder itself deleted or moved.
    private const uint Changes = 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800;
    private const uint FoldersOnly = 0x01000000;
    private const uint MovedAway = 0x800;
    private const uint Ignored = 0x8000;

    private readonly SafeFileHandle queue = Open(NonBlocking | CloseOnExec);
    private readonly Dictionary<int, string> folders = [];
    private readonly HashSet<string> watched = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly byte[] notes = new byte[64 * 1024];
    private bool isBlind;

    /// <summary>Watches a folder, or the nearest one above it that exists; one that cannot be watched makes every question say yes.</summary>
    internal void Watch(string folder)
    {
        lock (gate)
        {
            while (!watched.Contains(folder) && !TryWatch(folder))
            {
                var above = folder;
                do
                {
                    above = Path.GetDirectoryName(above) ?? "/";
                }
                while (!watched.Contains(above) && !TryWatch(above) && above != "/");
                isBlind |= !watched.Contains(above);
                if (isBlind || !Directory.Exists(folder))
                {
                    return; // its coming will be noticed above
                }
            }
        }
    }

    /// <summary>Whether anything changed since this was asked last.</summary>
    internal bool Take()
    {
        lock (gate)
        {
            var changed = isBlind;
            isBlind = false;
            while (!queue.IsInvalid)
            {
                var length = Read(queue, ref notes[0], (nuint)notes.Length);
                if (length <= 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    if (length < 0 && error == Interrupted)
                    {
                        continue;
                    }

                    return changed || (length < 0 && error != TryAgain);
                }

                changed = true;
                Note(notes.AsSpan(0, (int)length));
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => queue.Dispose();

    private bool TryWatch(string folder)
    {
        var number = queue.IsInvalid ? -1 : Add(queue, folder, Changes | FoldersOnly);
        if (number < 0)
        {
            return false;
        }

        if (folders.TryGetValue(number, out var before))
        {
            watched.Remove(before); // the same folder under another name
        }

        folders[number] = folder;
        watched.Add(folder);
        return true;
    }

    private void Note(ReadOnlySpan<byte> rest)
    {
        while (rest.Length >= HeaderBytes)
        {
            var number = BitConverter.ToInt32(rest);
            var what = BitConverter.ToUInt32(rest[4..]);
            if ((what & (Ignored | MovedAway)) != 0 && folders.Remove(number, out var gone))
            {
                watched.Remove(gone); // another folder may come in its place
            }

            rest = rest[(HeaderBytes + (int)BitConverter.ToUInt32(rest[12..]))..];
        }
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial SafeFileHandle Open(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Add(SafeFileHandle queue, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle queue, ref byte buffer, nuint count);
}
