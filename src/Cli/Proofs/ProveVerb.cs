using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary><c>prove</c>: a proof that an event is in the signed log, or that the log continues an older checkpoint.</summary>
internal static class ProveVerb
{
    internal static Command Create()
    {
        var position = new Argument<long?>("position") { Description = "The event.", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<string?>("--output", "-o") { Description = "Where to write the proof; else on standard output.", HelpName = "FILE" };
        var hashOnly = new Option<bool>("--hash-only") { Description = "Tell nothing of the event but its hash." };
        var from = new Option<string?>("--from") { Description = "Instead of an event: prove that the log continues this older checkpoint.", HelpName = "CHECKPOINT" };
        var known = new Option<string?>("--checkpoint") { Description = "Prove it to somebody who has this signed checkpoint, in a short form that leaves out what they have.", HelpName = "CHECKPOINT" };
        var json = new Option<bool>("--json") { Description = "As JSON: the proof as a text, and its figures." };
        var verb = new Command(
            "prove",
            "Write a proof that an event is in the log that was signed. Whoever has the log's public key can check it with nothing else. It shows the event with " +
            "its content and its caller, unless --hash-only is given.\n\nExamples:\n  qubes-history prove 42 -o change.proof\n  qubes-history prove 42 --hash-only\n" +
            "  qubes-history prove 42 --checkpoint last-year.checkpoint\n" +
            "  qubes-history prove --from last-year.checkpoint") { position, output, hashOnly, known, from, json };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var started = Stopwatch.GetTimestamp();
            var (text, path) = (parsed.GetValue(position), parsed.GetValue(from)) switch
            {
                ({ } place, null) => await OfEventAsync(log, place, parsed.GetValue(hashOnly), parsed.GetValue(known), ct).ConfigureAwait(false),
                (null, { } older) => await OfContinuationAsync(log, older, ct).ConfigureAwait(false),
                _ => throw new HistoryException("name either a position, or a checkpoint with --from"),
            };
            var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (parsed.GetValue(output) is { } file)
            {
                await AtomicFile.ReplaceAsync(
                    Path.GetFullPath(file), Encoding.UTF8.GetBytes(text), new AtomicFileOptions { Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, Group = null }, ct).ConfigureAwait(false);
            }

            if (parsed.GetValue(json))
            {
                JsonOutput.Write(writer =>
                {
                    writer.WriteString("proof", text);
                    writer.WriteNumber("path_bytes", path);
                    writer.WriteNumber("milliseconds", milliseconds);
                });
            }
            else if (parsed.GetValue(output) is null)
            {
                Console.Write(text);
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Wrote {Encoding.UTF8.GetByteCount(text)} bytes to {parsed.GetValue(output)}; {path} of them are the path in the tree."));
            }

            return 0;
        });
    }

    private static async Task<(string Text, int Path)> OfEventAsync(EventLogHost log, long position, bool hashOnly, string? known, CancellationToken ct)
    {
        var head = await log.Reader.HeadAsync(ct).ConfigureAwait(false);
        if (position < 1 || position > head.Value)
        {
            throw new HistoryException($"there is no position {position.ToString(CultureInfo.InvariantCulture)}: the log goes from 1 to {head}");
        }

        var checkpoint = known is null ? null : CheckpointSource.Read(known);
        var proof = await log.Prover.ProveAsync(new LogPosition(position), hashOnly, checkpoint, ct).ConfigureAwait(false);
        return checkpoint is null ? (proof.Text, proof.PathBytes) : (proof.ShortText, proof.ShortPathBytes);
    }

    private static async Task<(string Text, int Path)> OfContinuationAsync(EventLogHost log, string older, CancellationToken ct)
    {
        var proof = await log.Prover.ProveAsync(CheckpointSource.Read(older), ct).ConfigureAwait(false);
        return (proof.Text, proof.Path.Count * 45); // a line of base64 for each hash
    }
}
