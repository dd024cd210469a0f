using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>The file <c>qubes.xml</c> as the view writes it: its digest is noted first.</summary>
internal sealed class StoreFile(string path, StoreDigests digests) : IViewFile
{
    private readonly AtomicViewFile file = new(path);

    public async Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        await digests.ExpectAsync(content, ct).ConfigureAwait(false);
        await file.WriteAsync(content, ct).ConfigureAwait(false);
    }
}
