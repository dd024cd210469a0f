using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>import</c>: begins a new log with the history that copies of <c>qubes.xml</c> tell.</summary>
internal static class ImportVerb
{
    private const int MostNotes = 10;
    private const string Store = "/var/lib/qubes/qubes.xml";

    internal static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A qubes.xml, or a folder with dated copies of it." };
        var dry = new Option<bool>("--dry-run") { Description = "Only say what would be imported." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "import",
            "Begin a new log with the history that copies of qubes.xml tell: what changed from each to the next, at its time. The daemon must be stopped, " +
            "and the log must be empty.\n\nExamples:\n  qubes-history import /var/lib/qubes/backup --dry-run\n  qubes-history import qubes-2026-01-31.xml") { path, dry, json };
        var source = new HistorySource();
        return source.OnNothing(verb, async (parsed, ct) =>
        {
            var wish = new Wish(parsed.GetValue(path)!, parsed.GetValue(dry), parsed.GetValue(json)); // required
            var copies = WithPresent(StoreCopies.Find(wish.Path), new RootedPaths(source.Root(parsed)).OnDisk(Store));
            var history = new StoreHistory(source.Configuration(parsed).ForgetsDisposables);
            using (var progress = new Progress("reading copies", copies.Count))
            {
                foreach (var copy in copies)
                {
                    history.Add(copy);
                    progress.Show(history.Copies.Count);
                }
            }

            if (history.Copies.All(copy => copy.Events.IsEmpty))
            {
                throw new HistoryException($"nothing in {wish.Path} can be read: {history.Copies[0].Notes.FirstOrDefault()}");
            }

            if (!wish.DryRun)
            {
                await AppendAsync(source, parsed, history, ct).ConfigureAwait(false);
            }

            Tell(history, wish);
            return 0;
        });
    }

    // The store as it is now ends the history: otherwise the daemon would put the newest copy in its place.
    private static IReadOnlyList<StoreCopy> WithPresent(IReadOnlyList<StoreCopy> copies, string store)
    {
        if (!File.Exists(store) || copies.Any(copy => Path.GetFullPath(copy.File) == Path.GetFullPath(store)))
        {
            return copies;
        }

        var present = new StoreCopy(store, TimeProvider.System.GetUtcNow(), HasFolders: true);
        return [.. copies.Select(copy => copy.Folder == present.Folder ? copy with { HasFolders = false } : copy), present];
    }

    // All at once or not at all.
    private static async Task AppendAsync(HistorySource source, ParseResult parsed, StoreHistory history, CancellationToken ct)
    {
        if (history.Copies.Find(copy => copy.Time > TimeProvider.System.GetUtcNow().AddDays(1)) is { } future)
        {
            throw new HistoryException($"{future.Copy.File} is of the future ({future.Time:u}): correct its name or its time");
        }

        Directory.CreateDirectory(source.StateOf(parsed));
        await using var log = await source.OpenForWritingAsync(parsed, ct).ConfigureAwait(false);
        if (log.Appender.Head != LogPosition.Start)
        {
            throw new HistoryException($"the log has {log.Appender.Head} events already: a history can only begin a new one (docs/export.md)");
        }

        var pending = history.Copies.SelectMany(copy =>
        {
            var metadata = new EventMetadata(Guid.CreateVersion7().ToString("N"), null, "dom0") { Method = "qubesd.import", Argument = Path.GetFileName(copy.Copy.File) };
            return copy.Events.Select(@event => new PendingEvent(@event, copy.Time, metadata with { Announced = [] }));
        }).ToImmutableArray();
        await log.Appender.AppendAsync(pending, ct).ConfigureAwait(false);
    }

    private static void Tell(StoreHistory history, Wish wish)
    {
        if (wish.Json)
        {
            TellJson(history, wish);
            return;
        }

        var table = new Table { Border = TableBorder.None };
        table.AddColumns(new TableColumn("day").NoWrap(), new TableColumn("copies").RightAligned(), new TableColumn("qubes").RightAligned(), new TableColumn("changes").RightAligned());
        foreach (var day in history.Copies.GroupBy(copy => copy.Time.UtcDateTime.Date))
        {
            table.AddRow(day.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Number(day.Count()), Number(day.Last().Qubes), Number(day.Sum(copy => copy.Events.Length)));
        }

        Terminal.Show(table);
        if (PolicyFiles(history) is > 0 and var files)
        {
            Console.WriteLine($"{Number(files)} of the changes are those of policy files");
        }

        var notes = history.Copies.SelectMany(copy => copy.Notes.Select(note => $"{Path.GetFileName(copy.Copy.File)}: {note}")).Distinct().ToList();
        notes.Take(MostNotes).ToList().ForEach(note => Console.WriteLine("not understood: " + Terminal.Printable(note)));
        if (notes.Count > MostNotes)
        {
            Console.WriteLine($"and {Number(notes.Count - MostNotes)} more (--json has all)");
        }

        Console.WriteLine($"{Number(history.Copies.Sum(copy => copy.Events.Length))} events{(wish.DryRun ? " would begin the log" : " begin the log now: start qubesd")}");
    }

    private static void TellJson(StoreHistory history, Wish wish) => JsonOutput.Write(json =>
    {
        json.WriteBoolean("imported", !wish.DryRun);
        json.WriteNumber("events", history.Copies.Sum(copy => copy.Events.Length));
        json.WriteNumber("policy_files", PolicyFiles(history));
        json.WriteStartArray("copies");
        foreach (var copy in history.Copies)
        {
            json.WriteStartObject();
            json.WriteString("file", copy.Copy.File);
            json.WriteString("time", copy.Time);
            json.WriteNumber("qubes", copy.Qubes);
            json.WriteNumber("changes", copy.Events.Length);
            json.WriteStrings("not_understood", copy.Notes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static int PolicyFiles(StoreHistory history) =>
        history.Copies.Sum(copy => copy.Events.Count(@event => @event is PolicyFileObserved { Kind: not PolicyFileKind.Folder }));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Wish(string Path, bool DryRun, bool Json);
}
