using System.Diagnostics;
using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Clears what a postmaster left behind that was killed.</summary>
/// <remarks>PostgreSQL refuses to start while the process id in its lock file exists, also as a zombie that nobody has collected yet or as
/// somebody else's process that got the number. Its other guard, the shared memory of surviving backends, goes with the file, so the file is
/// removed only when no process works in the cluster's folder any more. The caller holds the cluster's lock.</remarks>
internal static class StalePostmaster
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the last backend of a dead postmaster has gone, then removes its lock file.</summary>
    /// <exception cref="PostgresSetupException">A backend does not go.</exception>
    public static async Task ClearAsync(string dataDirectory, TimeSpan patience, CancellationToken ct)
    {
        var file = Path.Combine(dataDirectory, "postmaster.pid");
        if (!File.Exists(file))
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        while (FindSurvivor(dataDirectory) is { } survivor)
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new PostgresSetupException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Process {survivor} is left of a dead server of {dataDirectory} and does not end; end it (kill {survivor}) and start again."));
            }

            await Task.Delay(Poll, ct);
        }

        File.Delete(file);
    }

    private static int? FindSurvivor(string dataDirectory)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var processId) &&
                PostmasterFile.Serves(processId, dataDirectory))
            {
                return processId;
            }
        }

        return null;
    }
}
