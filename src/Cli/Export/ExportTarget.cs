namespace Qubes.Cqrs.Cli;

/// <summary>Where an export goes: standard output, or a file that appears when it is complete.</summary>
internal sealed class ExportTarget : IAsyncDisposable
{
    private readonly string? path;
    private readonly string? partial;

    private ExportTarget(Stream stream, string? path, string? partial) => (Stream, this.path, this.partial) = (stream, path, partial);

    /// <summary>Takes the bytes.</summary>
    internal Stream Stream { get; }

    /// <summary>Opens a target.</summary>
    /// <param name="path">The file; null for standard output.</param>
    /// <exception cref="HistoryException">The file cannot be written.</exception>
    internal static ExportTarget Open(string? path)
    {
        if (path is null)
        {
            return new ExportTarget(Console.OpenStandardOutput(), null, null);
        }

        var partial = $"{Path.GetFullPath(path)}.{Guid.NewGuid():N}.part";
        try
        {
            return new ExportTarget(
                new FileStream(partial, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }),
                Path.GetFullPath(path),
                partial);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException($"{path} cannot be written: {reason.Message}");
        }
    }

    /// <summary>Everything was written: the file takes its name.</summary>
    internal async Task CompleteAsync(CancellationToken ct)
    {
        await Stream.FlushAsync(ct).ConfigureAwait(false);
        if (Stream is FileStream file && partial is not null && path is not null)
        {
            file.Flush(flushToDisk: true);
            await file.DisposeAsync().ConfigureAwait(false);
            File.Move(partial, path, overwrite: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync().ConfigureAwait(false);
        if (partial is not null && File.Exists(partial))
        {
            File.Delete(partial);
        }
    }
}
