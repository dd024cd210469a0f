using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>forget</c>: erases what the log tells of a qube that is gone.</summary>
internal static class ForgetVerb
{
    private const int Shown = 20;

    internal static Command Create()
    {
        var qube = new Argument<string>("qube") { Description = "The name that the qube had, or its UUID." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var dry = new Option<bool>("--dry-run") { Description = "Only show what would be erased." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "forget",
            "Erase everything that the log tells of a removed qube: payloads, names and salts, in the tables, the snapshots and the write-ahead log. " +
            "The chain still verifies. This cannot be undone.\n\nExamples:\n  qubes-history forget vault --dry-run\n  qubes-history forget vault --yes\n" +
            "  qubes-history forget 3f2b8c1e-5a0d-4a52-9c43-0d6f7d2a9b11") { qube, yes, dry, json };
        var source = new HistorySource();
        return source.OnNothing(verb, (parsed, ct) => RunAsync(
            source, parsed, new Wish(parsed.GetValue(qube)!, parsed.GetValue(yes), parsed.GetValue(dry), parsed.GetValue(json)), ct)); // required
    }

    private static async Task<int> RunAsync(HistorySource source, ParseResult parsed, Wish wish, CancellationToken ct)
    {
        Found found;
        await using (var log = await source.OpenAsync(parsed, ct).ConfigureAwait(false))
        {
            found = await FindAsync(log, wish, ct).ConfigureAwait(false);
        }

        if (!found.Plan.References.IsEmpty)
        {
            throw new HistoryException($"'{wish.Qube}' cannot be forgotten, something leads to it: {string.Join(", ", found.Plan.References.Select(Terminal.Printable))}");
        }

        if (!wish.DryRun && found.Plan.Positions.IsEmpty && source.IsForgettingBegun(parsed))
        {
            await EraseAsync(source, parsed, found.Plan, ct).ConfigureAwait(false); // one that died is brought to its end
        }

        if (!wish.Json || wish.DryRun || found.Plan.Positions.IsEmpty)
        {
            Tell(found, wish, isDone: false);
        }

        if (wish.DryRun || found.Plan.Positions.IsEmpty)
        {
            return 0;
        }

        Confirm(wish);
        await EraseAsync(source, parsed, found.Plan, ct).ConfigureAwait(false);
        Tell(found, wish, isDone: true);
        return 0;
    }

    private static async Task<Found> FindAsync(EventLogHost log, Wish wish, CancellationToken ct)
    {
        var world = await WorldReplay.AtAsync(log.Reader, log.Snapshots, null, ct).ConfigureAwait(false);
        using var progress = new Progress("reading the log", 2 * world.Position.Value);
        var plan = await new ForgetPlanner(log.Reader).MakeAsync(wish.Qube, world, position => progress.Show(position.Value), ct).ConfigureAwait(false);
        return new Found(plan, await log.Forgetter.EstimateAsync(ct).ConfigureAwait(false), log.Forgetter.ClearsJournal);
    }

    // The daemon does it when it runs: it alone writes, and what waits meanwhile waits there.
    private static async Task EraseAsync(HistorySource source, ParseResult parsed, ForgetPlan plan, CancellationToken ct)
    {
        if (IsDaemonThere(source.Root(parsed)))
        {
            await DaemonClient.Of(source.Root(parsed)).CallAsync("qubes.cqrs.Forget", plan.Qube.ToString(), default, ct).ConfigureAwait(false);
            return;
        }

        await using var log = await source.OpenForWritingAsync(parsed, ct).ConfigureAwait(false);
        var world = await WorldReplay.AtAsync(log.Reader, log.Snapshots, null, ct).ConfigureAwait(false);
        var again = await new ForgetPlanner(log.Reader).MakeAsync(plan.Qube.ToString(), world, null, ct).ConfigureAwait(false);
        if (!again.References.IsEmpty)
        {
            throw new HistoryException($"something has come to lead to it: {string.Join(", ", again.References.Select(Terminal.Printable))}");
        }

        var metadata = new EventMetadata(Guid.CreateVersion7().ToString("N"), null, "dom0") { Method = "qubesd.forget" };
        await log.Forgetter.RunAsync(again, log.Appender, world, metadata, ct).ConfigureAwait(false);
    }

    private static bool IsDaemonThere(string? root)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(new RootedPaths(root).OnDisk("/run/qubesd.sock")));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Confirm(Wish wish)
    {
        if (wish.Yes)
        {
            return;
        }

        if (Console.IsInputRedirected)
        {
            throw new HistoryException("this cannot be undone: say --yes, or ask on a terminal");
        }

        Console.Error.Write($"Type the name ({Terminal.Printable(wish.Qube)}) to erase all this: ");
        if (Console.ReadLine() != wish.Qube)
        {
            throw new HistoryException("nothing was erased");
        }
    }

    private static void Tell(Found found, Wish wish, bool isDone)
    {
        if (wish.Json)
        {
            JsonOutput.Write(json => Write(json, found, isDone));
        }
        else if (isDone)
        {
            Console.WriteLine($"Erased {Count(found.Plan.Positions.Length)} events. Check the chain with qubes-history verify.");
        }
        else if (found.Plan.Positions.IsEmpty)
        {
            Console.WriteLine($"The log tells nothing more of {Terminal.Printable(wish.Qube)}.");
        }
        else
        {
            Show(found, wish);
        }
    }

    private static void Show(Found found, Wish wish)
    {
        var plan = found.Plan;
        Console.WriteLine($"{Terminal.Printable(wish.Qube)} ({plan.Qube}): {Count(plan.Positions.Length)} events would be erased,");
        Console.WriteLine($"{Count(plan.Own)} of its own and {Count(plan.Positions.Length - plan.Own)} of others that name it.");
        var table = new Table { Border = TableBorder.None };
        table.AddColumns(new TableColumn("event").NoWrap(), new TableColumn("how many").RightAligned());
        foreach (var (type, count) in plan.Types.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(Shown))
        {
            table.AddRow(type, Count(count));
        }

        Terminal.Show(table);
        if (!plan.Restated.IsEmpty)
        {
            Console.WriteLine($"What they also said about others is stated anew at the end of the log: {Count(plan.Restated.Length)} events.");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Writes pause for about {Math.Ceiling(found.Pause.TotalSeconds):0} s meanwhile. Copies elsewhere are out of reach:"));
        Console.WriteLine("backups, exports, forks, witnesses, file system snapshots, freed disk blocks.");
        if (!found.ClearsJournal)
        {
            Console.WriteLine("The log is on a server of your own: its write-ahead log, archives and replicas");
            Console.WriteLine("are yours to clear (docs/forget.md).");
        }
    }

    private static void Write(Utf8JsonWriter json, Found found, bool isDone)
    {
        json.WriteString("uuid", found.Plan.Qube.ToString());
        json.WriteBoolean("erased", isDone);
        json.WriteNumber("events", found.Plan.Positions.Length);
        json.WriteNumber("own", found.Plan.Own);
        json.WriteNumber("restated", found.Plan.Restated.Length);
        json.WriteNumber("pause_seconds", Math.Ceiling(found.Pause.TotalSeconds));
        json.WriteBoolean("clears_write_ahead_log", found.ClearsJournal);
        json.WriteStartObject("types");
        foreach (var (type, count) in found.Plan.Types)
        {
            json.WriteNumber(type, count);
        }

        json.WriteEndObject();
        json.WriteStartArray("positions");
        foreach (var position in found.Plan.Positions)
        {
            json.WriteNumberValue(position.Value);
        }

        json.WriteEndArray();
    }

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record Wish(string Qube, bool Yes, bool DryRun, bool Json);

    private sealed record Found(ForgetPlan Plan, TimeSpan Pause, bool ClearsJournal);
}
