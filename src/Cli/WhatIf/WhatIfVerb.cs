using System.CommandLine;
using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>what-if</c>: how the system would be if some events had not been, or others had.</summary>
internal static class WhatIfVerb
{
    private const int Report = 10_000;
    private const int MostMisfits = 100;

    internal static Command Create()
    {
        var without = new Option<string[]>("--without")
        {
            Description = "Leave out a position (42), a range (42-57), or whatever came through a method (method=admin.vm.tag.Set) or is of a type (type=tag-add). May be repeated.",
            HelpName = "WHAT",
            DefaultValueFactory = _ => [],
        };
        var add = new Option<string?>("--add")
        {
            Description = "Add the events in this file, one JSON object a line with type and data as log --json writes them, and position to add it after (the end if not given).",
            HelpName = "FILE",
        };
        var qube = new Option<string?>("--qube") { Description = "Show only this qube; with dom0 the global properties as well.", HelpName = "NAME" };
        var runs = new Option<bool>("--runs") { Description = "Also which qubes would run and how, and marks." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "what-if",
            "Replay the log with some events left out or added, and show how the present would differ. Nothing is changed. Facts are taken as they are, rules are " +
            "not asked again; those that do not fit any more are listed. Ends with 0 when nothing would differ, else with 2.\n\nExamples:\n" +
            "  qubes-history what-if --without 42\n  qubes-history what-if --without method=admin.vm.tag.Set --qube work\n" +
            "  qubes-history what-if --without 42-57 --add events.jsonl --json") { without, add, qube, runs, json };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var head = await log.Reader.HeadAsync(ct).ConfigureAwait(false);
            var leftOut = (parsed.GetValue(without) ?? []).Select(text => LeftOut.Parse(text, head)).ToList();
            var added = parsed.GetValue(add) is { } file ? await AddedEvents.ReadAsync(file, head, log.Serializer, ct).ConfigureAwait(false) : [];
            if (leftOut.Count == 0 && added.Count == 0)
            {
                throw new HistoryException("say what is to be different: --without or --add");
            }

            var history = await ReplayAsync(log, head, leftOut, added, ct).ConfigureAwait(false);
            var filter = new ComparisonFilter { Qube = parsed.GetValue(qube), WithRuns = parsed.GetValue(runs) };
            var changes = StateComparison.Compare(history.Real, history.Altered, filter);
            Write(history, changes, parsed.GetValue(json));
            return changes.IsEmpty ? 0 : DiffVerb.Different;
        });
    }

    // From the snapshot before the first difference: what came earlier is the same in both.
    private static async Task<AlteredHistory> ReplayAsync(
        EventLogHost log, LogPosition head, List<LeftOut> leftOut, IReadOnlyList<AddedEvent> added, CancellationToken ct)
    {
        var first = leftOut.Select(part => part.First.Value - 1).Concat(added.Select(addition => addition.After.Value)).Min();
        var start = await WorldReplay.AtAsync(log.Reader, log.Snapshots, new LogPosition(first), ct).ConfigureAwait(false);
        var history = new AlteredHistory(start, recorded => leftOut.Exists(part => part.Covers(recorded)), added);
        await foreach (var recorded in log.Reader.ReadAsync(start.Position, head, ct).ConfigureAwait(false))
        {
            history.Add(recorded);
            if (recorded.Position.Value % Report == 0 && !Console.IsErrorRedirected)
            {
                await Console.Error.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"\rposition {recorded.Position} of {head} ")).ConfigureAwait(false);
            }
        }

        history.Finish();
        return history;
    }

    private static void Write(AlteredHistory history, IReadOnlyList<SubjectChange> changes, bool asJson)
    {
        var output = new ComparisonOutput(changes);
        if (asJson)
        {
            JsonOutput.Write(json =>
            {
                json.WriteNumber("left_out", history.LeftOut);
                json.WriteNumber("added", history.Added);
                json.WriteStartArray("misfits");
                foreach (var misfit in history.Misfits)
                {
                    json.WriteStartObject();
                    if (misfit.Position is { } position)
                    {
                        json.WriteNumber("position", position.Value);
                    }

                    json.WriteString("type", misfit.Type);
                    json.WriteString("reason", misfit.Reason);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                output.Write(json);
            });
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Events left out: {history.LeftOut}; added: {history.Added}."));
        WriteMisfits(history);
        if (changes.Count == 0)
        {
            Console.WriteLine("The present would be the same.");
            return;
        }

        Console.WriteLine("The present as it is, and as it would be:");
        Terminal.Show(output.Table());
    }

    private static void WriteMisfits(AlteredHistory history)
    {
        if (history.Misfits.IsEmpty)
        {
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"What does not fit any more ({history.Misfits.Length}):"));
        var grid = new Grid().AddColumn(new GridColumn().RightAligned().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var misfit in history.Misfits.Take(MostMisfits))
        {
            grid.AddRow(misfit.Position?.ToString() ?? "added", misfit.Type, Markup.Escape(Terminal.Printable(misfit.Reason)));
        }

        Terminal.Show(grid);
        if (history.Misfits.Length > MostMisfits)
        {
            Console.WriteLine("… and more: --json lists all of them.");
        }
    }
}
