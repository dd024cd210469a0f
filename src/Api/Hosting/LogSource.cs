using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary>Opens the log; where that is not possible, finds a state from which reads can be answered.</summary>
internal sealed class LogSource(
    RootedPaths paths, DaemonConfiguration configuration, IHost host, FirstEvents firstEvents, JournalKeeper journals, ILogger logger)
{
    /// <summary>The folder of everything that belongs to the log.</summary>
    internal const string Directory = "/var/lib/qubes/log";

    private const string ForgettingNote = Directory + "/forgetting";

    /// <summary>Where the crash tests want the daemon to die; null when it is to live.</summary>
    internal static KillingFaultPoints? Faults { get; } = KillingFaultPoints.Parse(Environment.GetEnvironmentVariable("QUBESD_FAULT"));

    /// <summary>Hears of each change that storage makes outside; a crash test ends the process there, and may have the steps listed.</summary>
    internal static IStorageSteps StorageSteps { get; } = Steps(
        Environment.GetEnvironmentVariable("QUBESD_STORAGE_STEPS"), Environment.GetEnvironmentVariable("QUBESD_STORAGE_FAULT"));

    /// <summary>Hears of each step by which a file of the policy is changed; a crash test ends the process there.</summary>
    internal static IStorageSteps PolicySteps { get; } = Faults is { } faults ? new KillingPolicySteps(faults) : SilentSteps.Instance;

    private LogOptions Options => new()
    {
        ConnectionString = configuration.LogConnection,
        Embedded = new EmbeddedPostgresOptions { StateDirectory = paths.OnDisk(Directory), BinariesDirectory = configuration.LogBinaries },
        SnapshotFile = SnapshotFile,
        ForgettingFile = paths.OnDisk(ForgettingNote),
        SnapshotEvery = configuration.SnapshotEvery,
        Faults = Faults,
    };

    /// <summary>What keeps disposables beside the log.</summary>
    internal JournalKeeper Journals { get; } = journals;

    private string SnapshotFile => paths.OnDisk(Directory + "/snapshot");

    /// <summary>What signs checkpoints of the log.</summary>
    internal CheckpointKeeper MakeCheckpoints(EventLogHost log, ILogger checkpointLogger) => log.MakeCheckpoints(
        new CheckpointOptions
        {
            KeyFile = paths.OnDisk(configuration.CheckpointKey),
            Folder = paths.OnDisk(Directory),
            Origin = configuration.CheckpointOrigin,
            EveryEvents = configuration.CheckpointEvents,
            Every = configuration.CheckpointInterval,
            WitnessCommand = configuration.WitnessCommand,
            WitnessSocket = configuration.WitnessSocket is { } socket ? paths.OnDisk(socket) : null,
            WitnessTimeout = configuration.WitnessTimeout,
        },
        TimeProvider.System,
        checkpointLogger);

    /// <summary>Opens the log.</summary>
    /// <param name="store">A store on disk that a new log begins with, or null.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="WriterLostException">Another daemon writes to it.</exception>
    internal async Task<(OpenedLog? Opened, Exception? Reason)> TryOpenAsync(string? store, CancellationToken ct)
    {
        try
        {
            return (await OpenedLog.OpenAsync(Options, host, firstEvents, store, Journals, logger, ct).ConfigureAwait(false), null);
        }
        catch (Exception reason) when (reason is EventLogUnavailableException or PostgresSetupException or LogRefusedException)
        {
            return (null, reason);
        }
    }

    /// <summary>The newest snapshot file, else the store, with where it came from; null without either.</summary>
    internal (World World, string Origin)? FallBack(string store)
    {
        if (SnapshotStore.FindInFile(SnapshotFile, null, new EventSerializer([])) is { } snapshot)
        {
            return (Journals.Restore(snapshot), $"the snapshot at position {snapshot.Position}");
        }

        return File.Exists(store) ? (firstEvents.Of(store, host.Observe()).Aggregate(World.Empty, Evolve.Apply), store) : null;
    }

    private static IStorageSteps Steps(string? listing, string? arming) => (Faults, listing, arming) is (null, null or "", null or "")
        ? SilentSteps.Instance
        : new KillingSteps(Faults, string.IsNullOrEmpty(listing) ? null : new StreamWriter(listing, append: true), string.IsNullOrEmpty(arming) ? null : arming);
}
