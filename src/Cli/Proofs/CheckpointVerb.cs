using System.CommandLine;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary><c>checkpoint</c>: the newest signed checkpoint, and an administrator's word about a log that does not fit it.</summary>
internal static class CheckpointVerb
{
    internal static Command Create()
    {
        var accept = new Option<bool>("--accept")
        {
            Description = "Accept the log as it is now although it does not fit what was signed. The daemon then sets the checkpoints that do not fit aside and signs again.",
        };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "checkpoint",
            "Show the newest signed checkpoint and the public key. Keep both somewhere else: with them a later rewriting or roll-back of the log can be found.\n\nExamples:\n" +
            "  qubes-history checkpoint > /media/usb/checkpoint\n  qubes-history checkpoint --json\n  qubes-history checkpoint --accept") { accept, json };
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            var files = CheckpointSource.Files(source.Root(parsed));
            if (parsed.GetValue(accept))
            {
                return await AcceptAsync(log, files, ct).ConfigureAwait(false);
            }

            var newest = files.ReadNewest() ?? await log.Prover.FindNewestAsync(ct).ConfigureAwait(false)
                ?? throw new HistoryException("there is no checkpoint yet: the daemon makes one every now and then, and when it stops");
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(writer =>
                {
                    writer.WriteString("origin", newest.Checkpoint.Origin);
                    writer.WriteNumber("size", newest.Checkpoint.Size);
                    writer.WriteString("time", newest.Checkpoint.Time);
                    writer.WriteString("note", newest.Note);
                    writer.WriteString("key", files.ReadKey()?.Line);
                });
            }
            else
            {
                Console.Write(newest.Note);
                await Console.Error.WriteLineAsync($"public key: {files.ReadKey()?.Line ?? "not beside the log"}").ConfigureAwait(false);
            }

            return 0;
        });
    }

    private static async Task<int> AcceptAsync(EventLogHost log, CheckpointFiles files, CancellationToken ct)
    {
        var report = await log.Verifier.VerifyAsync(LogPosition.Start, default, ct).ConfigureAwait(false);
        if (report.Fault is { } fault)
        {
            throw new HistoryException($"the log does not fit itself at position {fault.Position}, and cannot be signed: restore a backup, or begin a new one");
        }

        await files.AcceptAsync(report.Head, report.HeadHash, ct).ConfigureAwait(false);
        Console.WriteLine($"Accepted up to position {report.Head}. The daemon signs it within a minute, or when it starts; checkpoints that do not fit are set aside.");
        return 0;
    }
}
