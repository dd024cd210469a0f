using System.CommandLine;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Cli;

/// <summary><c>verify</c>: whether the log is whole.</summary>
internal static class VerifyVerb
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "verify",
            "Check that nobody rewrote the log: dense positions, the chain of hashes, the digest of every event, the versions of every stream. " +
            "Ends with 0 when all fits, with 2 when something does not.\n\nExamples:\n  qubes-history verify\n  qubes-history verify --json") { json };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var report = await log.Verifier.VerifyAsync(LogPosition.Start, default, ct).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    ok = report.Fault is null,
                    events = report.Events,
                    erased = report.Erased,
                    head = report.Head.Value,
                    hash = report.HeadHash,
                    fault = report.Fault is { } found ? new { position = found.Position.Value, reason = found.Reason } : null,
                }));
            }
            else if (report.Fault is { } fault)
            {
                Console.WriteLine($"Position {fault.Position} does not fit: {fault.Reason}");
            }
            else
            {
                Console.WriteLine($"{report.Events} events fit, {report.Erased} of them erased; the chain ends at position {report.Head} with {report.HeadHash}");
                Console.WriteLine("Whoever can write to the database could rewrite the whole chain: only a hash that was kept elsewhere rules that out.");
            }

            return report.Fault is null ? 0 : 2;
        });
    }
}
