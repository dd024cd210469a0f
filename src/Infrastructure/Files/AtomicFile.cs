using System.Buffers;
using System.Security.Cryptography;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Replaces files so that after a crash there is either the old or the new one, whole.</summary>
/// <remarks>A temporary file <c>PATH~RANDOM</c> in the same folder, fsync, rename, fsync of the folder. Source: spec, qubes-xml 1.</remarks>
public static class AtomicFile
{
    private const int RandomLength = 8;
    private const string RandomCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_";

    private static readonly SearchValues<char> RandomSet = SearchValues.Create(RandomCharacters);

    /// <summary>Replaces a file, or makes it.</summary>
    /// <exception cref="AtomicFileException">It failed; the exception tells how far it got.</exception>
    public static Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, AtomicFileOptions options, CancellationToken ct) =>
        ReplaceAsync(path, async (stream, token) => await stream.WriteAsync(content, token), options, ct);

    /// <summary>Replaces a file, or makes it, with what <paramref name="write"/> writes. Only writing can be cancelled.</summary>
    /// <exception cref="AtomicFileException">It failed; the exception tells how far it got.</exception>
    public static async Task ReplaceAsync(
        string path, Func<Stream, CancellationToken, Task> write, AtomicFileOptions options, CancellationToken ct)
    {
        var temporary = $"{path}~{RandomNumberGenerator.GetString(RandomCharacters, RandomLength)}";
        var step = AtomicFileStep.Create;
        try
        {
            ct.ThrowIfCancellationRequested();
            await using (var stream = Create(temporary))
            {
                step = AtomicFileStep.Write;
                await write(stream, ct);
                await stream.FlushAsync(ct);
                step = AtomicFileStep.Own;
                Own(stream, options);
                step = AtomicFileStep.Sync;
                stream.Flush(flushToDisk: true);
            }

            step = AtomicFileStep.Rename;
            File.Move(temporary, path, overwrite: true);
            step = AtomicFileStep.SyncFolder;
            UnixFiles.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        }
        catch (Exception exception)
        {
            if (step is > AtomicFileStep.Create and <= AtomicFileStep.Rename)
            {
                Remove(temporary);
            }

            if (exception is OperationCanceledException)
            {
                throw;
            }

            throw new AtomicFileException(path, step, exception);
        }
    }

    /// <summary>Removes temporary files that crashes left behind, and tells how many.</summary>
    public static int RemoveLeftovers(string path)
    {
        var full = Path.GetFullPath(path);
        var prefix = Path.GetFileName(full) + "~";
        var leftovers = new DirectoryInfo(Path.GetDirectoryName(full) ?? "/").EnumerateFiles()
            .Where(file => file.Name.StartsWith(prefix, StringComparison.Ordinal) && IsRandom(file.Name.AsSpan(prefix.Length)))
            .ToList();
        leftovers.ForEach(file => file.Delete());
        return leftovers.Count;
    }

    /// <summary>Never opens what is there already, so it does not follow a link that somebody put there.</summary>
    private static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Share = FileShare.None,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private static void Own(FileStream stream, AtomicFileOptions options)
    {
        // The group first: under the old one nobody else may read it even for a moment.
        if (options.Group is { } group && UnixFiles.FindGroup(group) is { } id)
        {
            UnixFiles.SetGroup(stream.SafeFileHandle, id);
        }

        File.SetUnixFileMode(stream.SafeFileHandle, options.Mode);
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The error that led here tells more; the next start removes what is left.
        }
    }

    private static bool IsRandom(ReadOnlySpan<char> text) => text.Length == RandomLength && !text.ContainsAnyExcept(RandomSet);
}
