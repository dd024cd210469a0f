using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Finds a state of the past in the log, for commands of this program: beside a daemon that runs or without one, and changing nothing.</summary>
internal static class PastWorldReader
{
    /// <summary>Reads a state.</summary>
    /// <param name="root">What <c>--root</c> names; null for <c>/</c>.</param>
    /// <param name="config">The configuration; null for the usual place.</param>
    /// <param name="find">Finds the position in the log, whose newest position it is given.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The state, and the time of its last event.</returns>
    internal static async Task<(World World, DateTimeOffset Time)> ReadAsync(
        string? root, string? config, Func<IEventSearch, LogPosition, CancellationToken, Task<LogPosition>> find, CancellationToken ct)
    {
        var paths = new RootedPaths(root);
        var configuration = DaemonConfiguration.Load(config ?? paths.OnDisk(DaemonConfiguration.DefaultFile));
        var options = new LogOptions
        {
            ConnectionString = configuration.LogConnection,
            Embedded = new EmbeddedPostgresOptions { StateDirectory = paths.OnDisk(LogSource.Directory), BinariesDirectory = configuration.LogBinaries },
            ReadOnly = true,
        };
        var log = await EventLogHost.OpenAsync(options, NullLogger.Instance, ct).ConfigureAwait(false);
        await using (log.ConfigureAwait(false))
        {
            var at = await find(log.Search, await log.Reader.HeadAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false);
            var world = await WorldReplay.AtAsync(log.Reader, log.Snapshots, at, ct).ConfigureAwait(false);
            var last = at == LogPosition.Start
                ? null
                : await log.Reader.ReadAsync(new LogPosition(at.Value - 1), at, ct).SingleAsync(ct).ConfigureAwait(false);
            return (world, last?.Time ?? DateTimeOffset.UnixEpoch);
        }
    }
}
