using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>The file <c>qubes.xml</c> as the view writes it.</summary>
internal sealed class StoreFile(string path, StoreDigests digests) : IViewFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        digests.Expect(content.Span);
        AtomicFile.Write(path, content.Span, Mode);
        return Task.CompletedTask;
    }
}
