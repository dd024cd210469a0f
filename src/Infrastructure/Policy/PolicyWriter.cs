using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Changes the files of the policy below <c>/etc/qubes/policy.d</c>.</summary>
/// <remarks>The lock is the folder's own (<c>flock</c>), which other programs that change the policy take as well. Source: spec, policy 5, the row of writing.</remarks>
/// <param name="paths">Where everything lies.</param>
/// <param name="steps">Hears of each change on the disk.</param>
public sealed class PolicyWriter(RootedPaths paths, IStorageSteps steps) : IPolicyWriter, IDisposable
{
    private const int MostBytes = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly PolicyLinks links = new(paths);
    private readonly SemaphoreSlim ours = new(1);

    /// <inheritdoc/>
    public async Task<IDisposable> LockAsync(CancellationToken ct)
    {
        // Whoever waits in this process is let in as soon as it can be; other processes have to be asked again and again.
        await ours.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (UnixFiles.TryLockFolder(paths.OnDisk(PolicyFolder.Main.Path)) is { } folder)
                {
                    return new PolicyLock(folder, ours);
                }

                await Task.Delay(Pause, ct).ConfigureAwait(false);
            }
        }
        catch
        {
            ours.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Resolve(string path) => links.Resolve(path);

    /// <inheritdoc/>
    public byte[] Read(string path)
    {
        using var file = new FileStream(paths.OnDisk(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > MostBytes)
        {
            throw new IOException($"{path} is larger than {MostBytes} bytes");
        }

        var content = new byte[file.Length];
        return content[..file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
    }

    /// <inheritdoc/>
    public IPolicyReplacement Prepare(string path, ReadOnlyMemory<byte> content) => PolicyReplacement.Make(paths.OnDisk(path), content.Span, steps);

    /// <inheritdoc/>
    public void Remove(string path)
    {
        var onDisk = paths.OnDisk(path);
        steps.Before($"unlink {Path.GetFileName(onDisk)}");
        File.Delete(onDisk);
        PolicyReplacement.SyncFolderOf(onDisk, steps);
    }

    /// <inheritdoc/>
    public void Dispose() => ours.Dispose();
}
