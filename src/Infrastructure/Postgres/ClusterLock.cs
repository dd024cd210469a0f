using System.Diagnostics;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Keeps two processes from making, starting or stopping one cluster at the same time; ends with its process.</summary>
internal sealed class ClusterLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly FileStream file;

    private ClusterLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="PostgresSetupException">Another process held it all the time.</exception>
    public static async Task<ClusterLock> TakeAsync(string path, TimeSpan timeout, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new ClusterLock(new FileStream(path, new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }));
            }
            catch (IOException) when (File.Exists(path) && Stopwatch.GetElapsedTime(started) < timeout)
            {
                await Task.Delay(Pause, ct);
            }
            catch (IOException e) when (File.Exists(path))
            {
                throw new PostgresSetupException($"Another process has been starting or stopping the event log's server for too long ({path} is locked).", e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
