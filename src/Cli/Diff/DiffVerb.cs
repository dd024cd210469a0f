using System.CommandLine;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>diff</c>: what differs between two moments.</summary>
internal static class DiffVerb
{
    /// <summary>The exit code when something differs.</summary>
    internal const int Different = 2;

    internal static Command Create()
    {
        var from = new Argument<string>("from") { Description = Moment.Description };
        var to = new Argument<string?>("to") { Description = "The later moment; the present if not given.", Arity = ArgumentArity.ZeroOrOne };
        var qube = new Option<string?>("--qube") { Description = "Only this qube; with dom0 the global properties as well.", HelpName = "NAME" };
        var runs = new Option<bool>("--runs") { Description = "Also which qubes run and how, and marks." };
        var threeWay = new Option<bool>("--three-way") { Description = "Also what has become of each difference since: the present as a third column." };
        var xml = new Option<bool>("--xml") { Description = "The difference of qubes.xml, as patch reads it." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "diff",
            "Show what differs between two moments, setting by setting. Ends with 0 when nothing does, with 2 when something does.\n\nExamples:\n" +
            "  qubes-history diff 42\n  qubes-history diff '2026-01-30 12:00' '2026-01-31 12:00' --qube work --three-way\n  qubes-history diff 42 57 --xml") { from, to, qube, runs, threeWay, xml, json };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(xml) && (result.GetValue(qube) is not null || result.GetValue(threeWay) || result.GetValue(json)))
            {
                result.AddError("--xml stands alone.");
            }
        });
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var before = await AtAsync(log, parsed.GetValue(from), ct).ConfigureAwait(false);
            var after = await AtAsync(log, parsed.GetValue(to), ct).ConfigureAwait(false);
            if (parsed.GetValue(xml))
            {
                return WriteXml(before, after);
            }

            var name = parsed.GetValue(qube);
            if (name is not null && before.Find(name) is null && after.Find(name) is null)
            {
                throw new HistoryException($"there is no qube '{name}' at position {before.Position}, nor at position {after.Position}");
            }

            var changes = StateComparison.Compare(before, after, new ComparisonFilter { Qube = name, WithRuns = parsed.GetValue(runs) });
            var now = parsed.GetValue(threeWay) ? await AtAsync(log, null, ct).ConfigureAwait(false) : null;
            Write(new ComparisonOutput(changes, now), before, after, changes.IsEmpty, parsed.GetValue(json));
            return changes.IsEmpty ? 0 : Different;
        });
    }

    private static async Task<World> AtAsync(EventLogHost log, string? when, CancellationToken ct) => await WorldReplay.AtAsync(
        log.Reader, log.Snapshots, await Moment.FindAsync(log, when, ct).ConfigureAwait(false), ct).ConfigureAwait(false);

    private static void Write(ComparisonOutput output, World before, World after, bool isSame, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(json =>
            {
                json.WriteNumber("from", before.Position.Value);
                json.WriteNumber("to", after.Position.Value);
                output.Write(json);
            });
        }
        else if (isSame)
        {
            Console.WriteLine($"Nothing differs between position {before.Position} and position {after.Position}.");
        }
        else
        {
            Console.WriteLine($"From position {before.Position} to position {after.Position}:");
            Terminal.Show(output.Table());
        }
    }

    private static int WriteXml(World before, World after)
    {
        var lines = TextDiff.Unified(Lines(before), Lines(after), $"qubes.xml at {before.Position}", $"qubes.xml at {after.Position}").ToList();
        lines.ForEach(Console.WriteLine);
        return lines.Count == 0 ? 0 : Different;
    }

    private static string[] Lines(World world) => Encoding.UTF8.GetString(QubesXmlWriter.Write(world)).TrimEnd('\n').Split('\n');
}
