using System.CommandLine;
using System.Text.Json;
using Qubes.Cqrs.Benchmarks.Floors;
using Qubes.Cqrs.Benchmarks.History;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Policy;
using Qubes.Cqrs.Benchmarks.Power;
using Qubes.Cqrs.Benchmarks.Storage;

namespace Qubes.Cqrs.Benchmarks.CommandLine;

/// <summary>The verbs of this program.</summary>
public static class Verbs
{
    /// <summary>Builds the command line.</summary>
    public static RootCommand Root()
    {
        var common = new CommonOptions();
        var load = new LoadOptions();
        var log = new LogOptions();
        return new RootCommand(
            "Measures qubesd from outside, each figure beside its floor. QUBESD_BIN names the daemon, else artifacts/bin/qubesd is taken.")
        {
            Load(common, load), Start(common, log), Replay(common, log), All(common, load, log), Power(), History(), Storage(), Policy(), EchoServer(),
        };
    }

    private static Command Load(CommonOptions common, LoadOptions load)
    {
        var verb = new Command("load", "Requests over the socket, sequential and crowded, on hosts of several sizes.");
        load.AddTo(verb);
        common.AddTo(verb);
        verb.SetAction((given, ct) => new Session(common, given).RunAsync(load.Read(given), null, null, ct));
        return verb;
    }

    private static Command Start(CommonOptions common, LogOptions log)
    {
        var verb = new Command("start", "Start-up time after kill -9 and resident memory, with logs of several sizes.");
        log.AddTo(verb);
        common.AddTo(verb);
        verb.SetAction((given, ct) => new Session(common, given).RunAsync(null, log.ReadStart(given), null, ct));
        return verb;
    }

    private static Command Replay(CommonOptions common, LogOptions log)
    {
        var verb = new Command("replay", "Replay speed of the whole log, beside a raw read of the same columns.");
        log.AddTo(verb);
        log.AddReplayTo(verb);
        common.AddTo(verb);
        verb.SetAction((given, ct) => new Session(common, given).RunAsync(null, null, log.ReadReplay(given), ct));
        return verb;
    }

    private static Command Power()
    {
        var starts = new Option<int>("--starts") { Description = "Qubes that start at once.", DefaultValueFactory = _ => 25 };
        var delay = new Option<int>("--call-delay-ms") { Description = "How long each call of the hypervisor takes.", DefaultValueFactory = _ => 2000 };
        var verb = new Command("power", "Reads while many qubes start on a slow hypervisor, and how long the starts take.") { starts, delay };
        starts.RequirePositive();
        verb.SetAction(async (given, ct) =>
        {
            await using var workplace = new Workplace(null, keep: false);
            var settings = new PowerSettings(
                Math.Max(given.GetRequiredValue(starts), 30), given.GetRequiredValue(starts), TimeSpan.FromMilliseconds(given.GetRequiredValue(delay)), TimeSpan.FromSeconds(1), 25);
            Console.WriteLine((await new PowerBenchmark(settings, workplace).RunAsync(ct)).ToMarkdown());
            return 0;
        });
        return verb;
    }

    private static Command History()
    {
        var events = new Option<long>("--events") { Description = "Events to have in the log.", DefaultValueFactory = _ => 1_000_000 };
        var qubes = new Option<int>("--log-qubes") { Description = "Qubes in it.", DefaultValueFactory = _ => 200 };
        var rounds = new Option<int>("--rounds") { Description = "How often each command runs.", DefaultValueFactory = _ => 20 };
        var folder = new Option<string>("--dir")
        {
            Description = "Where the log lies: made at the first run, and found again by later ones.",
            DefaultValueFactory = _ => "/var/tmp/qubes-history-bench",
        };
        var json = new Option<string?>("--json") { Description = "Also write the figures as JSON to this file.", HelpName = "FILE" };
        var verb = new Command("history", "The history tool on a long log, each figure beside its floor.") { events, qubes, rounds, folder, json };
        rounds.RequirePositive();
        verb.SetAction(async (given, ct) =>
        {
            await using var workplace = new Workplace(given.GetRequiredValue(folder), keep: true);
            var report = await new HistoryBenchmark(
                given.GetRequiredValue(events), given.GetRequiredValue(qubes), given.GetRequiredValue(rounds), workplace).RunAsync(ct);
            Console.WriteLine(report.ToMarkdown());
            if (given.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, JsonSerializerOptions.Web) + "\n", ct);
            }

            return 0;
        });
        return verb;
    }

    private static Command Storage()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often a clone and an import are made.", DefaultValueFactory = _ => 7 };
        var data = new Option<int>("--data-mib") { Description = "What the cloned volume holds, and what is imported.", DefaultValueFactory = _ => 1024 };
        var qubes = new Option<int>("--qubes") { Description = "Qubes that are created at once.", DefaultValueFactory = _ => 200 };
        var json = new Option<string?>("--json") { Description = "Also write the figures as JSON to this file.", HelpName = "FILE" };
        var verb = new Command("storage", "Clones by reflink, imports through the packaged service, a burst of new qubes (root only: mounts a disk).") { rounds, data, qubes, json };
        rounds.RequirePositive();
        data.RequirePositive();
        qubes.RequirePositive();
        verb.SetAction(async (given, ct) =>
        {
            await using var workplace = new Workplace(null, keep: false);
            var settings = new StorageSettings(given.GetRequiredValue(rounds), given.GetRequiredValue(data), given.GetRequiredValue(qubes));
            var report = await new StorageBenchmark(settings, workplace).RunAsync(ct);
            Console.WriteLine(report.ToMarkdown());
            if (given.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, JsonSerializerOptions.Web) + "\n", ct);
            }

            return 0;
        });
        return verb;
    }

    private static Command Policy()
    {
        var qubes = new Option<int>("--qubes") { Description = "Qubes on the host, at least 2.", DefaultValueFactory = _ => 200 };
        var lines = new Option<int>("--lines") { Description = "Lines of the policy, at least 3.", DefaultValueFactory = _ => 500 };
        var evaluations = new Option<int>("--evaluations") { Description = "Evaluations in process, of each kind.", DefaultValueFactory = _ => 50_000 };
        var requests = new Option<int>("--requests") { Description = "Requests over the socket, of each kind.", DefaultValueFactory = _ => 10_000 };
        var verb = new Command("policy", "Judging calls: the evaluation alone, and over the socket beside an echo.") { qubes, lines, evaluations, requests };
        evaluations.RequirePositive();
        requests.RequirePositive();
        verb.SetAction(async (given, ct) =>
        {
            await using var workplace = new Workplace(null, keep: false);
            var settings = new PolicySettings(
                Math.Max(given.GetRequiredValue(qubes), 2), Math.Max(given.GetRequiredValue(lines), 3), given.GetRequiredValue(evaluations), given.GetRequiredValue(requests));
            Console.WriteLine((await new PolicyBenchmark(settings, workplace).RunAsync(ct)).ToMarkdown());
            return 0;
        });
        return verb;
    }

    private static Command All(CommonOptions common, LoadOptions load, LogOptions log)
    {
        var verb = new Command("all", "Everything, in one report.");
        load.AddTo(verb);
        log.AddTo(verb);
        log.AddReplayTo(verb);
        common.AddTo(verb);
        verb.SetAction((given, ct) => new Session(common, given).RunAsync(load.Read(given), log.ReadStart(given), log.ReadReplay(given), ct));
        return verb;
    }

    private static Command EchoServer()
    {
        var socket = new Argument<string>("SOCKET") { Description = "Where to listen; must not exist." };
        var untilEnd = new Option<bool>("--until-end-of-input") { Description = "End when standard input does." };
        var verb = new Command("echo-server", "Serves the floor of the protocol: reads a request to its end, replies, closes.") { socket, untilEnd };
        verb.SetAction(async (given, ct) =>
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
            using var server = new EchoServer(given.GetRequiredValue(socket));
            var serving = server.ServeAsync(end.Token);
            if (given.GetRequiredValue(untilEnd))
            {
                await Console.In.ReadToEndAsync(ct);
                await end.CancelAsync();
            }
            try
            {
                await serving;
            }
            catch (OperationCanceledException)
            {
                // The ordinary end.
            }
            File.Delete(given.GetRequiredValue(socket));
            return 0;
        });
        return verb;
    }
}
