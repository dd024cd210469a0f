using System.CommandLine;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd policy eval</c> and <c>explain</c>: what becomes of a call, and why.</summary>
internal static class PolicyEvalVerb
{
    private const int Denied = 1;
    private const int Asked = 3;
    private const string Codes =
        "\n\nEnds with 0 when the call is allowed, with 1 when it is denied, with 3 when the user would be asked, with 2 when it cannot be told." +
        "\n\nTARGET is a name, uuid:…, @adminvm, @default, @dispvm or @dispvm:…. The qubes are those that the daemon knows; with --at, those of the log.";

    internal static Command CreateEval() => Create(
        "eval", "Tell what becomes of a call." + Codes + "\n\nExamples:\n  qubesd policy eval work vault qubes.Filecopy\n  qubesd policy eval work @default qubes.ClipboardPaste --at yesterday",
        explains: false);

    internal static Command CreateExplain() => Create(
        "explain", "Tell what becomes of a call, and by which lines." + Codes + "\n\nExamples:\n  qubesd policy explain work vault qubes.Filecopy\n  qubesd policy explain work vault qubes.Filecopy --at 42 --json",
        explains: true);

    private static Command Create(string name, string description, bool explains)
    {
        var (root, config, json, at) = (PolicyCommand.Root(), PolicyCommand.Config(), PolicyCommand.Json(), PolicyCommand.At());
        var source = new Argument<string>("source") { Description = "The qube that calls." };
        var target = new Argument<string>("target") { Description = "Whom it calls." };
        var service = new Argument<string>("service") { Description = "What it calls: SERVICE, or SERVICE+ARGUMENT." };
        var requested = new Option<string?>("--requested-source") { Description = "The RemoteVM that the caller speaks for, as its relay.", HelpName = "QUBE" };
        var all = new Option<bool>("--all") { Description = "Show rules about other services as well.", Hidden = !explains };
        var command = new Command(name, description) { source, target, service, requested, at, root, config, json };
        if (explains)
        {
            command.Add(all);
        }

        foreach (var word in new[] { source, target, service })
        {
            word.Validators.Add(PolicyCommand.CheckWord);
        }

        command.SetAction((parsed, ct) => PolicyCommand.RunAsync("the call cannot be judged", async () =>
        {
            var request = PolicyRequest.Of(parsed.GetValue(service) ?? "", parsed.GetValue(source) ?? "", parsed.GetValue(target) ?? "", parsed.GetValue(requested));
            var situation = await PolicySituations.FindAsync(parsed.GetValue(root), parsed.GetValue(config), parsed.GetValue(at), ct).ConfigureAwait(false);
            var explanation = situation.Explain(request);
            var outcome = PolicyOutcome.Of(situation.System, request, explanation.Decision);
            await Console.Out.WriteAsync(
                parsed.GetValue(json) ? PolicyJson.Of(situation, outcome, explains ? explanation : null)
                : explains ? new PolicyExplanationText(situation, outcome, explanation, parsed.GetValue(all)).Write()
                : PolicyOutcomeText.Of(situation, outcome)).ConfigureAwait(false);
            return CodeOf(outcome);
        }));
        return command;
    }

    internal static int CodeOf(PolicyOutcome outcome) => outcome.Result switch
    {
        PolicyOutcome.Allow => 0,
        PolicyOutcome.Ask => Asked,
        _ => Denied,
    };
}
