using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>The file <c>qubes.xml</c> as the view writes it.</summary>
internal sealed class StoreFile(string path, StoreDigests digests) : IViewFile
{
    public Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        digests.Expect(content.Span);
        AtomicFile.Replace(path, content.Span);
        return Task.CompletedTask;
    }
}
