using System.CommandLine;

namespace Qubes.Cqrs.Cli;

/// <summary><c>at WHEN call</c>: what a method of the Admin API that reads would have answered.</summary>
/// <remarks>The daemon's own executable answers, on the state of then: see <c>qubesd answer</c>. Nothing is sent to a daemon that runs.</remarks>
internal static class CallVerb
{
    internal static Command Create(Argument<string> when)
    {
        var method = new Argument<string>("method") { Description = "The method, one that only reads." };
        var destination = new Argument<string>("destination") { Description = "The qube that it is about.", DefaultValueFactory = _ => "dom0" };
        var argument = new Argument<string>("argument") { Description = "Its argument.", DefaultValueFactory = _ => "" };
        var source = new Option<string>("--source") { Description = "The qube that calls.", HelpName = "NAME", DefaultValueFactory = _ => "dom0" };
        var raw = new Option<bool>("--raw") { Description = "The reply as it goes over the wire." };
        var verb = new Command(
            "call",
            "Call a method of the Admin API that reads, as of then. Ends with 1 when it is refused.\n\nExamples:\n" +
            "  qubes-history at 42 call admin.vm.property.Get work netvm\n  qubes-history at '2026-01-31 12:00' call admin.vm.List") { method, destination, argument, source, raw };
        var log = new HistorySource();
        return log.On(verb, async (parsed, host, ct) =>
        {
            var position = await Moment.FindAsync(host, parsed.GetValue(when), ct).ConfigureAwait(false);
            string[] rawly = parsed.GetValue(raw) ? ["--raw"] : [];
            return await DaemonProgram.RunAsync(
                [
                    "answer", .. log.Arguments(parsed), "--at", position.ToString(), "--source", parsed.GetValue(source) ?? "dom0", .. rawly, "--",
                    parsed.GetValue(method) ?? "", parsed.GetValue(destination) ?? "", parsed.GetValue(argument) ?? "",
                ],
                ct).ConfigureAwait(false);
        });
    }
}
