using System.CommandLine;
using System.Globalization;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>check</c>: whether a proof holds; needs neither log nor daemon.</summary>
internal static class CheckVerb
{
    private const int DoesNotHold = 2;

    internal static Command Create()
    {
        var proof = new Argument<string>("proof") { Description = "The file with the proof; - for standard input." };
        var key = CheckpointSource.KeyOption();
        var root = new Option<string?>("--root") { Description = "The folder that the daemon was given with --root, for the public key beside the log.", HelpName = "DIR" };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "The signed checkpoint that a short proof was made for; else the one beside the log.", HelpName = "CHECKPOINT" };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "check",
            "Check a proof that 'prove' wrote, with nothing but the public key of the log: neither a log nor a daemon is needed. Ends with 0 when it holds, with 2 " +
            "when it does not, or when there is no key to check the signature with.\n\nExamples:\n  qubes-history check change.proof --key checkpoint.pub\n" +
            "  qubes-history prove 42 | qubes-history check -") { proof, key, checkpoint, root, json };
        verb.SetAction((parsed, ct) =>
        {
            ct.ThrowIfCancellationRequested();
            return Task.FromResult(Run(parsed.GetValue(proof)!, parsed.GetValue(key), parsed.GetValue(checkpoint), parsed.GetValue(root), parsed.GetValue(json))); // required
        });
        return verb;
    }

    private static int Run(string path, string? key, string? checkpoint, string? root, bool asJson)
    {
        Verdict verdict;
        try
        {
            var known = CheckpointSource.Key(key, root);
            var text = CheckpointSource.ReadText(path);
            verdict = Judge(text, known, () => checkpoint is null ? CheckpointSource.Files(root).ReadNewest() : CheckpointSource.Read(checkpoint));
        }
        catch (HistoryException e)
        {
            Console.Error.WriteLine($"qubes-history: {e.Message}");
            return HistorySource.Failed;
        }
        catch (ProofException e)
        {
            verdict = new Verdict(e.Message, [], []);
        }

        Write(verdict, asJson);
        return verdict.Fault is null ? 0 : DoesNotHold;
    }

    private static Verdict Judge(string text, CheckpointVerifierKey? key, Func<SignedCheckpoint?> checkpoint)
    {
        if (text.StartsWith(ConsistencyProof.Form, StringComparison.Ordinal))
        {
            var continuation = ConsistencyProof.Parse(text);
            var (older, newer) = (continuation.Older.Checkpoint, continuation.Newer.Checkpoint);
            return new Verdict(
                Unsigned([continuation.Older, continuation.Newer], key),
                [
                    $"The log {newer.Origin} had {older.Size} events at {Time(older.Time)} and {newer.Size} at {Time(newer.Time)}, by the clock of its host.",
                    $"The first {older.Size} events are the same in both: nothing of them was changed or left out.",
                ],
                ["What the events say.", "Whether the log was shown differently to somebody else: compare checkpoints with them."]);
        }

        var proof = EventProof.Parse(text, text.StartsWith(EventProof.ShortForm, StringComparison.Ordinal) ? checkpoint() : null);
        return new Verdict(Unsigned([proof.Checkpoint], key), [.. Shown(proof)], [.. NotShown(proof)]);
    }

    private static string? Unsigned(IEnumerable<SignedCheckpoint> checkpoints, CheckpointVerifierKey? key) =>
        key is null ? "there is no public key to check the signature with: give it with --key"
        : checkpoints.All(checkpoint => checkpoint.IsSignedBy(key)) ? null
        : $"the checkpoint is not signed by the key of {key.Name}";

    private static IEnumerable<string> Shown(EventProof proof)
    {
        var checkpoint = proof.Checkpoint.Checkpoint;
        yield return $"The log {checkpoint.Origin} has an event with the hash {proof.Hash} at position {proof.Position}.";
        yield return $"It was there when the log had {checkpoint.Size} events, at {Time(checkpoint.Time)} by the clock of its host.";
        if (proof.Frame is var (type, stream, time))
        {
            yield return $"It is of the type {type}, about {stream}, and was decided at {Time(time)} by the clock of its host.";
        }

        if (proof.Payload is { } payload)
        {
            yield return $"It was caused by a call from {proof.Caller} and says {payload}";
        }
    }

    private static IEnumerable<string> NotShown(EventProof proof)
    {
        if (!proof.ShowsFrame)
        {
            yield return "Anything about the event but its hash.";
        }
        else if (!proof.ShowsContent)
        {
            yield return "What the event said: it was erased.";
        }

        yield return "That it really happened so, and when: the daemon of that host says so, and whoever had its key could have made it say anything.";
        yield return "What came before or after it.";
    }

    private static void Write(Verdict verdict, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(json =>
            {
                json.WriteBoolean("holds", verdict.Fault is null);
                json.WriteString("fault", verdict.Fault);
                json.WriteStrings("shows", verdict.Fault is null ? verdict.Shows : []);
                json.WriteStrings("does_not_show", verdict.DoesNotShow);
            });
            return;
        }

        if (verdict.Fault is { } fault)
        {
            Console.WriteLine($"The proof does not hold: {Terminal.Printable(fault)}");
            return;
        }

        Console.WriteLine("The proof holds. It shows:");
        verdict.Shows.ToList().ForEach(text => Console.WriteLine($"- {Terminal.Printable(text)}"));
        Console.WriteLine("It does not show:");
        verdict.DoesNotShow.ToList().ForEach(text => Console.WriteLine($"- {text}"));
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private sealed record Verdict(string? Fault, IReadOnlyList<string> Shows, IReadOnlyList<string> DoesNotShow);
}
