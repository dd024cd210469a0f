using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A view's file on the disk.</summary>
public sealed class AtomicViewFile(string path, AtomicFileOptions? options = null) : IViewFile
{
    /// <inheritdoc/>
    /// <exception cref="AtomicFileException">It failed; the exception tells how far it got.</exception>
    public Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct) =>
        AtomicFile.ReplaceAsync(path, content, options ?? AtomicFileOptions.Default, ct);
}
