namespace Qubes.Cqrs.Infrastructure;

/// <summary>Replaces files so that a crash leaves either the old content or the new one.</summary>
public static class AtomicFile
{
    /// <summary>Replaces <paramref name="path"/>: temporary file beside it, fsync, rename, fsync of the folder.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">The new content.</param>
    /// <param name="mode">Its permissions.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var full = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(full) ?? throw new ArgumentException("a file path is needed", nameof(path));
        var temporary = full + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode, BufferSize = 0 };
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(content);
            File.SetUnixFileMode(stream.SafeFileHandle, mode);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, full, overwrite: true);
        Posix.SyncDirectory(directory);
    }
}
