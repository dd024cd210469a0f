using System.CommandLine;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>plan</c> and <c>apply</c>: a file says what is to be so.</summary>
internal static class PlanFileVerbs
{
    internal static Command CreatePlan()
    {
        var file = FileArgument();
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "plan",
            "Show what a plan file would change; 0 when everything is so already, 2 when not." +
            "\n\nExamples:\n  qubes-history plan work.yaml\n  qubes-history plan work.yaml --json")
        {
            file, json,
        };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var (_, plan) = await MakeAsync(parsed.GetValue(file)!, log, ct).ConfigureAwait(false); // required
            if (parsed.GetValue(json))
            {
                PlanView.ShowJson(plan, null);
            }
            else
            {
                PlanView.Show(plan, $"to be as {parsed.GetValue(file)} says:");
            }

            return plan.IsEmpty ? 0 : PlanView.Different;
        });
    }

    internal static Command CreateApply()
    {
        var file = FileArgument();
        var verb = new Command(
            "apply",
            "Make the system be as a plan file says, in one transaction or not at all: shows what that takes, and asks." +
            "\n\nExamples:\n  qubes-history apply work.yaml\n  qubes-history apply work.yaml --yes")
        {
            file,
        };
        var undertaking = new Undertaking();
        undertaking.AddTo(verb);
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            var name = parsed.GetValue(file)!; // required
            var (bytes, plan) = await MakeAsync(name, log, ct).ConfigureAwait(false);
            if (plan.Obstacles.Count > 0)
            {
                PlanView.Show(plan, $"to be as {name} says:");
                throw new HistoryException($"nothing was done: {name}, {plan.Obstacles[0].Reason}");
            }

            return await undertaking.RunAsync(
                parsed, plan, $"to be as {name} says:", digest => source.Daemon(parsed).CallAsync("qubes.cqrs.Apply", digest, bytes, ct)).ConfigureAwait(false);
        });
    }

    private static Argument<string> FileArgument() => new("file") { Description = "The plan: YAML. docs/undo.md has its format." };

    private static async Task<(byte[] File, Plan Plan)> MakeAsync(string name, EventLogHost log, CancellationToken ct)
    {
        var bytes = await ReadAsync(name, ct).ConfigureAwait(false);
        var now = await WorldReplay.AtAsync(log.Reader, log.Snapshots, null, ct).ConfigureAwait(false);
        try
        {
            var file = new PlanFileReader().Read(bytes);
            return (bytes, PlanView.Make((caller, context) => Declaration.Plan(now, file, caller, context)));
        }
        catch (InvalidRequestException malformed)
        {
            throw new HistoryException($"{name}: {malformed.Message}");
        }
    }

    private static async Task<byte[]> ReadAsync(string name, CancellationToken ct)
    {
        try
        {
            if (new FileInfo(name) is { Exists: true, Length: > PlanFileReader.MostBytes } large)
            {
                throw new HistoryException(FormattableString.Invariant($"{name} is too large: {large.Length} bytes, and one request to the daemon holds {PlanFileReader.MostBytes}; divide it"));
            }

            return await File.ReadAllBytesAsync(name, ct).ConfigureAwait(false);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException($"{name} cannot be read: {reason.Message}");
        }
    }
}
