using System.Diagnostics;
using System.Text;
using Qubes.Cqrs.Benchmarks.Floors;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Load;
using Qubes.Cqrs.Benchmarks.Wire;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Benchmarks.Policy;

/// <summary>What it costs to judge a call: the evaluation alone, and as qrexec asks for it, beside an echo of as many bytes.</summary>
public sealed class PolicyBenchmark(PolicySettings settings, Workplace workplace)
{
    private const int WarmUp = 10_000;
    private const int Alternations = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly PolicyScene scene = new(settings);

    /// <summary>Measures.</summary>
    public async Task<PolicyReport> RunAsync(CancellationToken ct)
    {
        var evaluations = PolicyScene.Calls.Append(PolicyScene.OfRunning).Select(Evaluate).ToList();
        var root = workplace.Make("policy");
        foreach (var folder in PolicyLocations.Standard.Folders)
            Directory.CreateDirectory(root + folder);
        await File.WriteAllTextAsync(root + PolicyScene.File, scene.Text, ct);
        await using var daemon = Daemon.Start(root);
        await daemon.AnswersAsync(RequestFrame.Always("admin.vm.List"), Patience, ct);
        await Population.CreateAsync(daemon.SocketPath, settings.Qubes, ct);
        await using var echo = await EchoProcess.StartAsync(Path.Combine(workplace.Folder, "echo"), ct);
        await echo.SetReplyBytesAsync("user=DEFAULT\nresult=allow\n".Length + 100, ct);
        var echoes = new List<long>();
        PolicyScene.Calls.ToList().ForEach(call => Ask(root, echo, call, [])); // warms
        var requests = PolicyScene.Calls.Select(call => Ask(root, echo, call, echoes)).ToList();
        return new PolicyReport(settings, evaluations, requests, Figure("an echo", echoes));
    }

    private PolicyFigure Evaluate((string Kind, string Service) call)
    {
        var (rules, system) = (scene.Rules(), scene.System());
        var request = PolicyRequest.Of(call.Service + "+a", "q1", "q2");
        var samples = new List<long>(settings.Evaluations);
        for (var number = -WarmUp; number < settings.Evaluations; number++)
        {
            var before = Stopwatch.GetTimestamp();
            var decision = PolicyEvaluator.Judge(rules, system, request);
            Note(samples, number, before);
            Check(call.Kind, decision.Verdict switch
            {
                PolicyAllowed => "allow",
                PolicyAsked asked when asked.Targets.Contains("q2") => "ask",
                PolicyAsked { Targets: ["dom0"] } => PolicyScene.OfRunning.Kind,
                PolicyDenied { Rule: not null } => "deny",
                _ => "no rule",
            });
        }

        return Figure(call.Kind, samples);
    }

    // The daemon and the echo take turns, so that both see the same machine.
    private PolicyFigure Ask(string root, EchoProcess echo, (string Kind, string Service) call, List<long> echoes)
    {
        // A question is not put to anybody when only its evaluation is wanted.
        var isAsk = call.Kind == "ask";
        var client = new ApiClient(Path.Combine(root, isAsk ? "etc/qubes-rpc/policy.EvalSimple" : "run/qubes/policy.sock"));
        var floor = new ApiClient(echo.SocketPath);
        var frame = Encoding.ASCII.GetBytes(isAsk
            ? $"policy.EvalSimple+{call.Service}+a q1 name dom0\0q1\0q2"
            : $"source=q1\nintended_target=q2\nservice_and_arg={call.Service}+a\n\n");
        var samples = new List<long>(settings.Requests);
        for (var turn = -1; turn < Alternations; turn++)
        {
            for (var number = 0; number < settings.Requests / Alternations; number++)
            {
                Note(samples, turn, Exchange(client, frame));
                Check(isAsk || call.Kind == "allow" ? "result=allow" : "result=deny", Encoding.ASCII.GetString(client.Reply).Split('\n').First(line => line.StartsWith("result=", StringComparison.Ordinal)));
            }

            for (var number = 0; number < settings.Requests / Alternations; number++)
                Note(echoes, turn, Exchange(floor, frame));
        }

        return Figure(call.Kind, samples);
    }

    private static long Exchange(ApiClient client, byte[] frame)
    {
        var before = Stopwatch.GetTimestamp();
        client.Exchange((buffer, _) =>
        {
            frame.CopyTo(buffer);
            return frame.Length;
        }, 0);
        return before;
    }

    // What came before the first counted one only warms.
    private static void Note(List<long> samples, int number, long before)
    {
        var ticks = Stopwatch.GetTimestamp() - before;
        if (number >= 0)
            samples.Add(ticks);
    }

    private static void Check(string expected, string found)
    {
        if (expected != found)
            throw new BenchmarkException($"The policy says {found} where it should say {expected}.");
    }

    private static PolicyFigure Figure(string what, List<long> samples)
    {
        var sorted = samples.Order().ToArray();
        var perTick = 1e6 / Stopwatch.Frequency;
        return new PolicyFigure(what, Quantiles.Of(sorted, 0.5) * perTick, Quantiles.Of(sorted, 0.99) * perTick);
    }
}
