using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>The options by which every verb finds its log, and the opening of it: beside a running daemon, or on the log alone.</summary>
internal sealed class HistorySource
{
    internal const int Failed = 1;
    private const string StateFolder = "/var/lib/qubes/log";
    private const string ForgettingNote = StateFolder + "/forgetting";

    private readonly Option<string?> root = new("--root") { Description = "The folder that the daemon was given with --root.", HelpName = "DIR" };
    private readonly Option<string?> config = new("--config") { Description = "The daemon's configuration file.", HelpName = "FILE" };

    /// <summary>Adds the options to a verb and runs its action on the opened log.</summary>
    internal Command On(Command verb, Func<ParseResult, EventLogHost, CancellationToken, Task<int>> action)
    {
        verb.Add(root);
        verb.Add(config);
        verb.SetAction((parsed, ct) => RunAsync(parsed, action, ct));
        return verb;
    }

    /// <summary>The daemon whose log this is: it may not be running.</summary>
    internal DaemonClient Daemon(ParseResult parsed) => DaemonClient.Of(parsed.GetValue(root));

    /// <summary>Whether the log is that of the daemon at its usual place: who names a configuration may mean another one.</summary>
    internal bool IsOfDaemon(ParseResult parsed) => parsed.GetValue(config) is null;

    /// <summary>The folder that the daemon was given with <c>--root</c>; null for none.</summary>
    internal string? Root(ParseResult parsed) => parsed.GetValue(root);

    /// <summary>The same log as arguments for another program of the product.</summary>
    internal IEnumerable<string> Arguments(ParseResult parsed) =>
    [
        .. parsed.GetValue(root) is { } folder ? ["--root", folder] : Array.Empty<string>(),
        .. parsed.GetValue(config) is { } file ? ["--config", file] : Array.Empty<string>(),
    ];

    /// <summary>The journal of disposables, or null: without a daemon there is none, and only who runs the daemon may read it.</summary>
    internal JournalContents? FindJournal(ParseResult parsed, EventLogHost log) =>
        EphemeralJournal.Read(new RootedPaths(parsed.GetValue(root)).OnDisk(EphemeralJournal.Folder), log.Serializer);

    /// <summary>The folder of everything that belongs to the log.</summary>
    internal string StateOf(ParseResult parsed) => new RootedPaths(parsed.GetValue(root)).OnDisk(StateFolder);

    /// <summary>Whether an erasure was begun and not ended.</summary>
    internal bool IsForgettingBegun(ParseResult parsed) => File.Exists(new RootedPaths(parsed.GetValue(root)).OnDisk(ForgettingNote));

    /// <summary>Opens the log for writing, as the daemon does; it must not run.</summary>
    internal async Task<EventLogHost> OpenForWritingAsync(ParseResult parsed, CancellationToken ct)
    {
        var paths = new RootedPaths(parsed.GetValue(root));
        try
        {
            return await EventLogHost.OpenAsync(
                Options(Configuration(parsed), StateOf(parsed)) with
                {
                    SnapshotFile = paths.OnDisk(StateFolder + "/snapshot"),
                    ForgettingFile = paths.OnDisk(ForgettingNote),
                    LockTimeout = TimeSpan.FromSeconds(1),
                    Faults = KillingFaultPoints.Parse(Environment.GetEnvironmentVariable("QUBESD_FAULT")),
                },
                NullLogger.Instance,
                ct).ConfigureAwait(false);
        }
        catch (WriterLostException)
        {
            throw new HistoryException("the daemon runs, and it alone writes to the log: stop it first");
        }
    }

    /// <summary>Runs a verb that opens what it needs by itself.</summary>
    internal Command OnNothing(Command verb, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        verb.Add(root);
        verb.Add(config);
        verb.SetAction((parsed, ct) => GuardAsync(() => action(parsed, ct)));
        return verb;
    }

    /// <summary>Opens the log for reading.</summary>
    internal Task<EventLogHost> OpenAsync(ParseResult parsed, CancellationToken ct)
    {
        var configuration = Configuration(parsed);
        var state = StateOf(parsed);
        return configuration.LogConnection is not null || Directory.Exists(state)
            ? EventLogHost.OpenAsync(Options(configuration, state) with { ReadOnly = true }, NullLogger.Instance, ct)
            : throw new HistoryException($"there is no log in {state}: name the folder of the daemon with --root");
    }

    private Task<int> RunAsync(ParseResult parsed, Func<ParseResult, EventLogHost, CancellationToken, Task<int>> action, CancellationToken ct) => GuardAsync(async () =>
    {
        await using var log = await OpenAsync(parsed, ct).ConfigureAwait(false);
        return await action(parsed, log, ct).ConfigureAwait(false);
    });

    /// <summary>What lies on the disk of the host whose log it is.</summary>
    internal LiveViews Views(ParseResult parsed, EventLogHost log) => new(log, new RootedPaths(parsed.GetValue(root)), () => FindJournal(parsed, log));

    private static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception refusal) when (refusal is EventLogUnavailableException or PostgresSetupException or LogRefusedException
            or ConfigurationException or UnknownEventException or LogGapException or ForgetRefusedException or WriterLostException
            or ProofException or AtomicFileException or HistoryException or QuestionException)
        {
            await Console.Error.WriteLineAsync($"qubes-history: {refusal.Message}").ConfigureAwait(false);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            return 130; // as a shell says of SIGINT
        }
    }

    /// <summary>The configuration of the daemon whose log it is.</summary>
    internal DaemonConfiguration Configuration(ParseResult parsed) =>
        DaemonConfiguration.Load(parsed.GetValue(config) ?? new RootedPaths(parsed.GetValue(root)).OnDisk(DaemonConfiguration.DefaultFile));

    private static LogOptions Options(DaemonConfiguration configuration, string state) => new()
    {
        ConnectionString = configuration.LogConnection,
        Embedded = new EmbeddedPostgresOptions { StateDirectory = state, BinariesDirectory = configuration.LogBinaries },
        SnapshotEvery = configuration.SnapshotEvery,
    };
}

/// <summary>A verb cannot do what was asked; the text says why.</summary>
internal sealed class HistoryException(string message) : Exception(message);
