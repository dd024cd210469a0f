using System.CommandLine;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>verify</c>: whether the log is whole.</summary>
internal static class VerifyVerb
{
    private const int FoundSomething = 2;

    internal static Command Create()
    {
        var checkpoint = new Option<string[]>("--checkpoint") { Description = "A checkpoint that was kept elsewhere, for example by a witness.", HelpName = "FILE" };
        var since = new Option<string?>("--since") { Description = "A checkpoint that is trusted: only what came after it is looked at.", HelpName = "FILE" };
        var key = CheckpointSource.KeyOption();
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "verify",
            "Check that nobody rewrote the log: dense positions, the chain of hashes, the digest of every event, the versions of every stream, the tree, and every " +
            "signed checkpoint, also the one outside of the database. Ends with 0 when all fits, with 2 when something does not.\n\nExamples:\n  qubes-history verify\n" +
            "  qubes-history verify --checkpoint /media/usb/checkpoint --key /media/usb/checkpoint.pub\n  qubes-history verify --since yesterday.checkpoint --json")
        {
            checkpoint, since, key, json,
        };
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            var files = CheckpointSource.Files(source.Root(parsed));
            var trusted = parsed.GetValue(since) is { } path ? CheckpointSource.Read(path) : null;
            var outside = (parsed.GetValue(checkpoint) ?? []).Select(file => new OutsideCheckpoint(file, CheckpointSource.Read(file))).ToList();
            var (newest, unreadable) = ReadNewest(files);
            if (newest is not null)
            {
                outside.Add(new OutsideCheckpoint(files.Newest, newest));
            }

            var known = CheckpointSource.Key(parsed.GetValue(key), source.Root(parsed));
            var report = await log.Verifier.VerifyAsync(new VerifyOptions { Since = trusted, Outside = outside, Key = known }, ct).ConfigureAwait(false);
            report = report.Fault is null && unreadable is not null ? report with { Fault = new ChainFault(report.Head, unreadable) } : report;
            var doubts = Doubts(report, trusted, known, outside.Count).ToList();
            if (parsed.GetValue(json))
            {
                WriteJson(report, doubts);
            }
            else
            {
                Write(report, doubts);
            }

            return report.Fault is null ? 0 : FoundSomething;
        });
    }

    private static (SignedCheckpoint? Newest, string? Unreadable) ReadNewest(CheckpointFiles files)
    {
        try
        {
            return (files.ReadNewest(), null);
        }
        catch (ProofException e)
        {
            return (null, $"{files.Newest}: {e.Message}");
        }
    }

    // What this look cannot exclude.
    private static IEnumerable<string> Doubts(ChainReport report, SignedCheckpoint? trusted, CheckpointVerifierKey? key, int outside)
    {
        if (key is null)
        {
            yield return "No public key was given or lies beside the log: no signature was looked at.";
        }

        if (trusted is not null)
        {
            yield return $"Events up to position {trusted.Checkpoint.Size} were taken on the word of the trusted checkpoint.";
        }

        if (report.CoveredOutside == LogPosition.Start && report.Fault is null)
        {
            yield return outside == 0
                ? "There is no checkpoint outside of the database: whoever can write to it could have rewritten the whole log, or rolled it back."
                : "No checkpoint outside of the database covers an event of this log.";
        }
        else if (report.CoveredOutside < report.Head && report.Fault is null)
        {
            yield return $"Events after position {report.CoveredOutside} are not covered by a checkpoint outside of the database: they could have been rewritten or cut off.";
        }

        if (report.Refused > 0)
        {
            yield return $"{report.Refused} checkpoints were set aside by an administrator, who accepted a log that did not fit them.";
        }

        yield return "A checkpoint on this machine helps against whoever cannot write files here. Compare it with one that a witness keeps (--checkpoint).";
    }

    private static void WriteJson(ChainReport report, List<string> doubts) => JsonOutput.Write(json =>
    {
        json.WriteBoolean("ok", report.Fault is null);
        json.WriteNumber("events", report.Events);
        json.WriteNumber("erased", report.Erased);
        json.WriteNumber("head", report.Head.Value);
        json.WriteString("hash", report.HeadHash);
        json.WriteNumber("checkpoints", report.Checkpoints);
        json.WriteNumber("covered", report.Covered.Value);
        json.WriteNumber("covered_outside", report.CoveredOutside.Value);
        json.WriteStrings("not_excluded", doubts);
        if (report.Fault is { } fault)
        {
            json.WriteStartObject("fault");
            json.WriteNumber("position", fault.Position.Value);
            json.WriteString("reason", fault.Reason);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("fault");
        }
    });

    private static void Write(ChainReport report, List<string> doubts)
    {
        if (report.Fault is { } fault)
        {
            Console.WriteLine($"Position {fault.Position} does not fit: {Terminal.Printable(fault.Reason)}");
            return;
        }

        Console.WriteLine($"{report.Events} events fit, {report.Erased} of them erased.");
        Console.WriteLine($"The chain ends at position {report.Head} with\n  {report.HeadHash}");
        Console.WriteLine(report.Checkpoints == 0 ? "There is no signed checkpoint." : $"{report.Checkpoints} signed checkpoints fit; they cover the log up to position {report.Covered}.");
        Console.WriteLine("\nNot excluded by this:");
        doubts.ForEach(doubt => Console.WriteLine($"- {doubt}"));
    }
}
