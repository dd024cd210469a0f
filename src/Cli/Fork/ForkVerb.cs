using System.CommandLine;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>fork</c>: a copy of the log up to a moment, with a folder of its own, to try things on.</summary>
internal static class ForkVerb
{
    private const string Host = "host.yaml";

    internal static Command Create()
    {
        var when = new Argument<string>("when") { Description = Moment.Description };
        var folder = new Argument<string>("dir") { Description = "A new or empty folder." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "fork",
            "Copy the log up to a moment into a folder of its own, where a second daemon on a simulated host can try things. The copy is a whole log: its chain " +
            "verifies. Disposables, which the log does not hold, are not in it; neither are the configuration and the data of qubes.\n\nExamples:\n" +
            "  qubes-history fork 42 /var/tmp/trial\n  qubes-history fork '2026-01-31 12:00' /var/tmp/trial --json") { when, folder, json };
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            var position = await Moment.FindAsync(log, parsed.GetValue(when), ct).ConfigureAwait(false);
            var target = Path.GetFullPath(parsed.GetValue(folder)!); // required
            var world = await WorldReplay.AtAsync(log.Reader, log.Snapshots, position, ct).ConfigureAwait(false);
            var report = await CopyAsync(log, world, target, source.Configuration(parsed).LogBinaries, ct).ConfigureAwait(false);
            if (report.Fault is { } fault)
            {
                throw new HistoryException($"the copy is there, but position {fault.Position} of it does not fit, as in the log itself: {fault.Reason}");
            }

            Write(report, target, parsed.GetValue(json));
            return 0;
        });
    }

    private static async Task<ChainReport> CopyAsync(EventLogHost log, World world, string target, string? binaries, CancellationToken ct)
    {
        var paths = new RootedPaths(MakeFolder(target));
        var state = paths.OnDisk("/var/lib/qubes/log");
        try
        {
            Directory.CreateDirectory(state);
            var options = new LogOptions
            {
                Embedded = new EmbeddedPostgresOptions { StateDirectory = state, BinariesDirectory = binaries },
                SnapshotFile = Path.Combine(state, "snapshot"),
            };
            var fork = await EventLogHost.OpenAsync(options, NullLogger.Instance, ct).ConfigureAwait(false);
            await using (fork.ConfigureAwait(false))
            {
                await log.CopyToAsync(fork, world.Position, ct).ConfigureAwait(false);
                await fork.Snapshots.SaveAsync(world, ct).ConfigureAwait(false);
                await AtomicFile.ReplaceAsync(paths.OnDisk("/var/lib/qubes/qubes.xml"), QubesXmlWriter.Write(world), AtomicFileOptions.Default, ct).ConfigureAwait(false);
                var host = Encoding.UTF8.GetBytes(HostYaml.Write(world.Host));
                await AtomicFile.ReplaceAsync(Path.Combine(target, Host), host, AtomicFileOptions.Default, ct).ConfigureAwait(false);
                return await fork.Verifier.VerifyAsync(LogPosition.Start, default, ct).ConfigureAwait(false);
            }
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException($"{target} cannot be written: {reason.Message}");
        }
    }

    private static string MakeFolder(string target)
    {
        try
        {
            if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            {
                throw new HistoryException($"{target} is not empty");
            }

            return Directory.CreateDirectory(target).FullName;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException($"{target} cannot be made: {reason.Message}");
        }
    }

    private static void Write(ChainReport report, string target, bool asJson)
    {
        string[] command = ["qubesd", "run", "--root", target, "--simulate", Path.Combine(target, Host)];
        if (asJson)
        {
            JsonOutput.Write(json =>
            {
                json.WriteString("folder", target);
                json.WriteNumber("position", report.Head.Value);
                json.WriteString("hash", report.HeadHash);
                json.WriteStrings("command", command);
            });
            return;
        }

        Console.WriteLine($"{target} holds the log up to position {report.Head}.");
        Console.WriteLine("Its chain of hashes fits. Disposables are not in it. Try things on it with");
        Console.WriteLine("  " + string.Join(' ', command.Select(Quoted)));
        Console.WriteLine($"and look at it with qubes-history VERB --root {Quoted(target)}.");
        Console.WriteLine("To be rid of it, remove the folder.");
    }

    private static string Quoted(string word) => word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_')
        ? word
        : "'" + Terminal.Printable(word).Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
