using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>export</c>: the log, or a state, in forms that other programs read.</summary>
internal static class ExportVerb
{
    private static readonly string[] Formats = ["jsonl", "csv", "cef", "xml", "git"];

    internal static Command Create()
    {
        var format = new Option<string>("--format", "-f") { Description = "jsonl, csv, cef (for SIEMs), xml (qubes.xml), or git (a repository, a commit per change).", DefaultValueFactory = _ => "jsonl" };
        format.AcceptOnlyFromAmong(Formats);
        var at = new Option<string?>("--at") { Description = "With xml: the state at this moment. " + Moment.Description, HelpName = "WHEN" };
        var since = new Option<string?>("--since") { Description = "Only events from here on. " + Moment.Description, HelpName = "WHEN" };
        var until = new Option<string?>("--until") { Description = "Only events up to here.", HelpName = "WHEN" };
        var output = new Option<string?>("--output", "-o") { Description = "The file to write, or with git the folder; else standard output.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "The same as --format jsonl." };
        var verb = new Command(
            "export",
            "Write the log, or a state, in a form that other programs read.\n\nExamples:\n  qubes-history export --format csv --since 2026-01-01 -o log.csv\n" +
            "  qubes-history export --format cef | logger --tag qubes\n  qubes-history export --format git -o history") { format, at, since, until, output, json };
        return new HistorySource().On(verb, (parsed, log, ct) => RunAsync(
            log,
            new Wish(parsed.GetValue(json) ? "jsonl" : parsed.GetValue(format)!, parsed.GetValue(at), parsed.GetValue(since), parsed.GetValue(until), parsed.GetValue(output)), // has a default
            ct));
    }

    private static async Task<int> RunAsync(EventLogHost log, Wish wish, CancellationToken ct)
    {
        if (wish.At is not null && wish.Format != "xml")
        {
            throw new HistoryException("--at goes with --format xml; for a part of the log say --since and --until");
        }

        var end = await Moment.FindAsync(log, wish.Format == "xml" ? wish.At ?? wish.Until : wish.Until, ct).ConfigureAwait(false);
        var begin = wish.Since is null ? LogPosition.Start : await BeforeAsync(log, wish.Since, ct).ConfigureAwait(false);
        if (begin > end)
        {
            throw new HistoryException($"--since (after position {begin}) is later than --until (position {end})");
        }

        if (wish.Format == "git")
        {
            await WriteGitAsync(log, begin, end, wish.Output ?? throw new HistoryException("name the folder of the new repository with -o"), ct).ConfigureAwait(false);
            return 0;
        }

        await using var target = ExportTarget.Open(wish.Output);
        if (wish.Format == "xml")
        {
            await target.Stream.WriteAsync(QubesXmlWriter.Write(await WorldReplay.AtAsync(log.Reader, log.Snapshots, end, ct).ConfigureAwait(false)), ct).ConfigureAwait(false);
        }
        else
        {
            await WriteLinesAsync(log, begin, end, wish.Format, target.Stream, ct).ConfigureAwait(false);
        }

        await target.CompleteAsync(ct).ConfigureAwait(false);
        return 0;
    }

    // A position is meant to be among them.
    private static async Task<LogPosition> BeforeAsync(EventLogHost log, string since, CancellationToken ct)
    {
        var found = await Moment.FindAsync(log, since, ct).ConfigureAwait(false);
        return long.TryParse(since, out _) && found > LogPosition.Start ? new LogPosition(found.Value - 1) : found;
    }

    private static async Task WriteLinesAsync(EventLogHost log, LogPosition begin, LogPosition end, string format, Stream output, CancellationToken ct)
    {
        var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        if (format == "csv")
        {
            await text.WriteAsync(CsvFormat.Header).ConfigureAwait(false);
        }

        await foreach (var (exported, _) in ReadAsync(log, begin, end, format == "jsonl", ct).ConfigureAwait(false))
        {
            await text.WriteAsync(format switch
            {
                "csv" => CsvFormat.Line(exported, log.Serializer),
                "cef" => CefFormat.Line(exported),
                _ => EventText.Json(exported.Recorded, log.Serializer) + "\n",
            }).ConfigureAwait(false);
        }

        await text.FlushAsync(ct).ConfigureAwait(false);
    }

    private static async Task WriteGitAsync(EventLogHost log, LogPosition begin, LogPosition end, string folder, CancellationToken ct)
    {
        await using var git = await GitExport.BeginAsync(folder, ct).ConfigureAwait(false);
        var request = new List<ExportedEvent>();
        var world = World.Empty;
        await foreach (var (exported, after) in ReadAsync(log, begin, end, false, ct).ConfigureAwait(false))
        {
            if (request.Count > 0 && !IsSameRequest(request[^1].Recorded, exported.Recorded))
            {
                await git.AddAsync(world, request, ct).ConfigureAwait(false);
                request.Clear();
            }

            request.Add(exported);
            world = after;
        }

        if (request.Count > 0)
        {
            await git.AddAsync(world, request, ct).ConfigureAwait(false);
        }

        await git.EndAsync(ct).ConfigureAwait(false);
        Console.Error.WriteLine($"{folder}: {git.Commits} commits");
    }

    private static bool IsSameRequest(RecordedEvent one, RecordedEvent other) =>
        one.Metadata is { } first && other.Metadata is { } second && first.CorrelationId == second.CorrelationId && first.Method == second.Method;

    private static async IAsyncEnumerable<(ExportedEvent Exported, World After)> ReadAsync(
        EventLogHost log, LogPosition begin, LogPosition end, bool isRaw, [EnumeratorCancellation] CancellationToken ct)
    {
        var world = isRaw ? World.Empty : await WorldReplay.AtAsync(log.Reader, log.Snapshots, begin, ct).ConfigureAwait(false);
        using var progress = new Progress("exporting", end.Value - begin.Value);
        await foreach (var recorded in log.Reader.ReadAsync(begin, end, ct).ConfigureAwait(false))
        {
            progress.Show(recorded.Position.Value - begin.Value);
            if (isRaw)
            {
                yield return (new ExportedEvent(recorded, "", ""), world);
                continue;
            }

            var before = world;
            world = Evolve.Apply(world, recorded.Event, recorded.Position);
            string NameOf(QubeId id) => (before.Find(id) ?? world.Find(id))?.Name ?? id.ToString();
            yield return (new ExportedEvent(recorded, EventText.Subject(recorded, NameOf), EventText.Summary(recorded, NameOf)), world);
        }
    }

    private sealed record Wish(string Format, string? At, string? Since, string? Until, string? Output);
}
