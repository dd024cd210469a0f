using System.Diagnostics;
using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Clears what a postmaster left behind that was killed.</summary>
/// <remarks>PostgreSQL refuses to start while the process id in one of its lock files exists, also as a zombie that nobody has collected yet or as
/// somebody else's process that got the number. Its other guard, the shared memory of surviving backends, goes with them, so they are
/// removed only when no process works in the cluster's folder any more. The caller holds the cluster's lock.</remarks>
internal static class StalePostmaster
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the last backend of a dead postmaster has gone, then removes its lock files.</summary>
    /// <param name="dataDirectory">The cluster.</param>
    /// <param name="socketDirectory">The folder of its socket, which no other cluster uses.</param>
    /// <param name="patience">How long backends may take to notice.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="PostgresSetupException">A backend does not go.</exception>
    public static async Task ClearAsync(string dataDirectory, string socketDirectory, TimeSpan patience, CancellationToken ct)
    {
        string[] files = [Path.Combine(dataDirectory, "postmaster.pid"), .. Directory.Exists(socketDirectory) ? Directory.GetFiles(socketDirectory, ".s.PGSQL.*") : []];
        if (!files.Any(Path.Exists))
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

        foreach (var file in files)
        {
            File.Delete(file);
        }
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
