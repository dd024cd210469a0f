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

    /// <summary>The same log as arguments for another program of the product.</summary>
    internal IEnumerable<string> Arguments(ParseResult parsed) =>
    [
        .. parsed.GetValue(root) is { } folder ? ["--root", folder] : Array.Empty<string>(),
        .. parsed.GetValue(config) is { } file ? ["--config", file] : Array.Empty<string>(),
    ];

    /// <summary>The journal of disposables, or null: without a daemon there is none, and only who runs the daemon may read it.</summary>
    internal JournalContents? FindJournal(ParseResult parsed, EventLogHost log) =>
        EphemeralJournal.Read(new RootedPaths(parsed.GetValue(root)).OnDisk(EphemeralJournal.Folder), log.Serializer);

    /// <summary>What lies on the disk of the host whose log it is.</summary>
    internal LiveViews Views(ParseResult parsed, EventLogHost log) => new(log, new RootedPaths(parsed.GetValue(root)), () => FindJournal(parsed, log));

    private async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, EventLogHost, CancellationToken, Task<int>> action, CancellationToken ct)
    {
        try
        {
            await using var log = await OpenAsync(parsed.GetValue(root), parsed.GetValue(config), ct).ConfigureAwait(false);
            return await action(parsed, log, ct).ConfigureAwait(false);
        }
        catch (Exception refusal) when (refusal is EventLogUnavailableException or PostgresSetupException or LogRefusedException
            or ConfigurationException or UnknownEventException or LogGapException or HistoryException)
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

    private static Task<EventLogHost> OpenAsync(string? root, string? config, CancellationToken ct)
    {
        var paths = new RootedPaths(root);
        var configuration = DaemonConfiguration.Load(config ?? paths.OnDisk(DaemonConfiguration.DefaultFile));
        var state = paths.OnDisk("/var/lib/qubes/log");
        if (configuration.LogConnection is null && !Directory.Exists(state))
        {
            throw new HistoryException($"there is no log in {state}: name the folder of the daemon with --root");
        }

        return EventLogHost.OpenAsync(
            new LogOptions
            {
                ConnectionString = configuration.LogConnection,
                Embedded = new EmbeddedPostgresOptions { StateDirectory = state, BinariesDirectory = configuration.LogBinaries },
                ReadOnly = true,
            },
            NullLogger.Instance,
            ct);
    }
}

/// <summary>A verb cannot do what was asked; the text says why.</summary>
internal sealed class HistoryException(string message) : Exception(message);
