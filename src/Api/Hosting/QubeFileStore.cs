using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>The files of qubes on the disk: 0664, group <c>qubes</c>; their digests are noted first.</summary>
internal sealed class QubeFileStore(RootedPaths paths, QubeFileDigests digests) : IQubeFileStore
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead;

    private static readonly AtomicFileOptions Options = AtomicFileOptions.Default with { Mode = Mode };

    public Task ExpectAsync(IReadOnlyCollection<QubeFile> files, CancellationToken ct) => digests.ExpectAsync(files, ct);

    public async Task WriteAsync(QubeFile file, CancellationToken ct)
    {
        var path = paths.OnDisk(file.Path);
        var folder = Path.GetDirectoryName(path)!; // an absolute path of a file
        if (file.Content is { } content)
        {
            Directory.CreateDirectory(folder);
            await AtomicFile.ReplaceAsync(path, content, Options, ct).ConfigureAwait(false);
        }
        else if (Directory.Exists(folder))
        {
            File.Delete(path);
            UnixFiles.SyncFolder(folder);
        }
    }
}
