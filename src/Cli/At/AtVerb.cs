using System.CommandLine;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>at</c>: the state at a moment, and what the Admin API would have answered then.</summary>
internal static class AtVerb
{
    internal static Command Create()
    {
        var when = new Argument<string>("when") { Description = Moment.Description };
        var qube = new Option<string?>("--qube") { Description = "Only this qube: all its settings.", HelpName = "NAME" };
        var property = new Option<string?>("--property") { Description = "Only this property of the qube.", HelpName = "PROPERTY" };
        var xml = new Option<bool>("--xml") { Description = "As qubes.xml." };
        var database = new Option<string?>("--qubesdb") { Description = "The keys in the database of this qube, which ran then.", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "at",
            "Show the state at a moment: all qubes, one of them, qubes.xml, the QubesDB of one, or what a call would have read.\n\nExamples:\n" +
            "  qubes-history at 42\n  qubes-history at '2026-01-31 12:00' --qube work --property netvm\n  qubes-history at 42 --xml > qubes.xml\n" +
            "  qubes-history at 42 call admin.vm.property.Get work netvm") { when, qube, property, xml, database, json };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(property) is not null && result.GetValue(qube) is null)
            {
                result.AddError("--property needs --qube.");
            }

            if (new[] { result.GetValue(qube) is not null, result.GetValue(xml), result.GetValue(database) is not null }.Count(given => given) > 1)
            {
                result.AddError("--qube, --xml and --qubesdb exclude each other.");
            }
        });
        verb.Add(CallVerb.Create(when));
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var position = await Moment.FindAsync(log, parsed.GetValue(when), ct).ConfigureAwait(false);
            if (parsed.GetValue(database) is { } running)
            {
                await QubesDbVerb.ShowAsync(log, running, position, parsed.GetValue(json), xenstore: false, ct).ConfigureAwait(false);
                return 0;
            }

            var world = await WorldReplay.AtAsync(log.Reader, log.Snapshots, position, ct).ConfigureAwait(false);
            if (parsed.GetValue(xml))
            {
                await using var output = Console.OpenStandardOutput();
                await output.WriteAsync(QubesXmlWriter.Write(world), ct).ConfigureAwait(false);
                return 0;
            }

            Show(world, Find(world, parsed.GetValue(qube), position), parsed.GetValue(property), parsed.GetValue(json));
            return 0;
        });
    }

    /// <summary>A qube of a state; null when none was asked for.</summary>
    /// <exception cref="HistoryException">It is not there.</exception>
    internal static Qube? Find(World world, string? name, LogPosition position) =>
        name is null ? null : world.Find(name) ?? throw new HistoryException($"there is no qube '{name}' at position {position}");

    private static void Show(World world, Qube? qube, string? property, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(json => StateOutput.Write(json, world, qube, property));
        }
        else if (qube is null)
        {
            Terminal.Show(StateOutput.Table(world));
        }
        else
        {
            Terminal.Show(StateOutput.Settings(world, qube, property));
        }
    }
}
