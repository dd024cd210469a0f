using System.Text;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Where the files of the policy are changed on the disk, one change after the other.</summary>
/// <remarks>Mode and group: spec, policy 5, the row of writing.</remarks>
public sealed class PolicyPlace(RootedPaths paths) : IDisposable
{
    private static readonly AtomicFileOptions Options = new()
    {
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead,
    };

    private readonly SemaphoreSlim turn = new(1);

    /// <summary>How files are changed here.</summary>
    public PolicyFileGate Gate => new(LockAsync, BringAsync);

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<IDisposable> LockAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct).ConfigureAwait(false);
        return new Turn(turn);
    }

    private async Task BringAsync(string path, Func<string?> wanted, CancellationToken ct)
    {
        using var alone = await LockAsync(ct).ConfigureAwait(false);
        var onDisk = paths.OnDisk(path);
        if (wanted() is { } text)
        {
            await AtomicFile.ReplaceAsync(onDisk, Encoding.UTF8.GetBytes(text), Options, CancellationToken.None).ConfigureAwait(false);
        }
        else if (File.Exists(onDisk))
        {
            File.Delete(onDisk);
            UnixFiles.SyncFolder(Path.GetDirectoryName(onDisk) ?? "/");
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
