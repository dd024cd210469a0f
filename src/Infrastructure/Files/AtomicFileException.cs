namespace Qubes.Cqrs.Infrastructure;

/// <summary>A file could not be replaced.</summary>
public sealed class AtomicFileException(string path, AtomicFileStep step, Exception inner)
    : IOException($"{path} cannot be replaced ({step}): {inner.Message}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>How far it got.</summary>
    public AtomicFileStep Step { get; } = step;

    /// <summary>Whether the disk or the quota is full.</summary>
    public bool IsDiskFull { get; } = inner is IOException && inner.HResult is UnixError.NoSpace or UnixError.QuotaExceeded;
}
