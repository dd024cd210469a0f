using System.CommandLine;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>qubesdb</c>: what the daemon wrote into the database of a qube that runs, or ran.</summary>
internal static class QubesDbVerb
{
    private const string Random = "(random)";

    internal static Command Create()
    {
        var qube = new Argument<string>("qube") { Description = "The qube's name." };
        var at = new Option<string?>("--at")
        {
            Description = Moment.Description + " The newest if not given.",
            HelpName = "POSITION|TIME",
        };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var xenstore = new Option<bool>("--xenstore") { Description = "The older keys in xenstore instead." };
        var verb = new Command(
            "qubesdb",
            "Show the keys that the daemon wrote into a qube's database, as of its run at a position; what the qube itself wrote is not in the log." +
            "\n\nExamples:\n  qubes-history qubesdb sys-net\n  qubes-history qubesdb work --at 2026-01-31T12:00:00Z --json") { qube, at, json, xenstore };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var name = parsed.GetValue(qube)!; // required
            var position = await Moment.FindAsync(log, parsed.GetValue(at), ct).ConfigureAwait(false);
            await ShowAsync(log, name, position, parsed.GetValue(json), parsed.GetValue(xenstore), ct).ConfigureAwait(false);
            return 0;
        });
    }

    /// <summary>Shows the keys of a qube as of a position.</summary>
    /// <exception cref="HistoryException">The qube is not there, or does not run.</exception>
    internal static async Task ShowAsync(EventLogHost log, string name, LogPosition position, bool asJson, bool xenstore, CancellationToken ct)
    {
        var (world, state) = await QubesDbReplay.AtAsync(log.Reader, log.Snapshots, position, ct).ConfigureAwait(false);
        var found = world.Find(name) ?? throw new HistoryException($"there is no qube '{name}' at position {position}");
        var database = state.Find(found.Id) ?? throw new HistoryException($"the qube '{name}' does not run at position {position}");
        var keys = xenstore
            ? XenstoreKeys.Of(database).Select(key => (Path: key.Name, key.Value))
            : database.Keys.Select(key => (Path: key.Key, key.Value));
        if (asJson)
        {
            WriteJson(database, position, keys);
        }
        else
        {
            Write(keys);
        }
    }

    private static void Write(IEnumerable<(string Path, string Value)> keys)
    {
        foreach (var (path, value) in keys)
        {
            Console.WriteLine($"{path} = {(value == DatabaseKeys.RandomSeed ? Random : Terminal.Printable(value))}");
        }
    }

    private static void WriteJson(QubeDatabase database, LogPosition position, IEnumerable<(string Path, string Value)> keys) => JsonOutput.Write(json =>
    {
        json.WriteNumber("position", position.Value);
        json.WriteString("qube", database.Name);
        json.WriteNumber("since", database.Since.Value);
        json.WriteStartObject("keys");
        foreach (var (path, value) in keys)
        {
            json.WriteString(path, value == DatabaseKeys.RandomSeed ? Random : value);
        }

        json.WriteEndObject();
    });
}
