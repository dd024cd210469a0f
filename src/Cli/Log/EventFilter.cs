using System.CommandLine;
using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>The options that say which events a verb shows.</summary>
internal sealed class EventFilter
{
    private const int MostNamedInText = 50;

    private readonly Option<string?> qube = new("--qube", "-q") { Description = "Only events about this qube, also one that is gone; or about a stream: system, host, pool-NAME, label-INDEX.", HelpName = "NAME" };
    private readonly Option<string?> area = new("--area") { Description = "Only events of this area: " + string.Join(", ", EventArea.All.Select(known => known.Name)) + ".", HelpName = "AREA" };
    private readonly Option<string?> property = new("--property", "-p") { Description = "Only changes of this property.", HelpName = "NAME" };
    private readonly Option<string?> feature = new("--feature") { Description = "Only changes of this feature.", HelpName = "NAME" };
    private readonly Option<string[]> type = new("--type", "-t") { Description = "Only events of this type, such as property-set; 'domain-*' for several; may be given more than once.", HelpName = "ALIAS" };
    private readonly Option<string?> caller = new("--caller") { Description = "Only what this qube called.", HelpName = "NAME" };
    private readonly Option<string?> method = new("--method") { Description = "Only what came through this call, such as admin.vm.Start or 'admin.vm.*'.", HelpName = "METHOD" };
    private readonly Option<string?> since = new("--since") { Description = "Only events at or after this moment.", HelpName = "WHEN" };
    private readonly Option<string?> until = new("--until") { Description = "Only events up to this moment.", HelpName = "WHEN" };
    private readonly Option<long?> from = new("--from") { Description = "Only events at or after this position.", HelpName = "POSITION" };
    private readonly Option<long?> to = new("--to") { Description = "Only events up to this position.", HelpName = "POSITION" };
    private readonly Option<string?> text = new("--text") { Description = "Only events in which this text occurs: in a value, a name, the call or the caller.", HelpName = "TEXT" };

    /// <summary>The options.</summary>
    internal IEnumerable<Option> Options => [qube, area, property, feature, type, caller, method, since, until, from, to, text];

    /// <summary>Whether it was said from where on.</summary>
    internal bool HasBeginning(ParseResult parsed) => parsed.GetValue(since) is not null || parsed.GetValue(from) is not null;

    /// <summary>What was asked for.</summary>
    /// <exception cref="HistoryException">Something is named that there is not.</exception>
    internal async Task<SearchedEvents> ReadAsync(ParseResult parsed, EventLogHost log, QubeNameBook book, CancellationToken ct)
    {
        var types = Types(parsed.GetValue(type) ?? []);
        var wanted = parsed.GetValue(area) is not { } name ? null
            : EventArea.Find(name) ?? throw new HistoryException($"there is no area '{Terminal.Printable(name)}'; known are: {string.Join(", ", EventArea.All.Select(known => known.Name))}");
        var words = parsed.GetValue(text) is { Length: > 0 } sought ? sought : null;
        var after = await AfterAsync(parsed, log, ct).ConfigureAwait(false);
        var upTo = await UpToAsync(parsed, log, ct).ConfigureAwait(false);
        return new(
            new EventQuery
            {
                After = after,
                UpTo = upTo,
                Streams = parsed.GetValue(qube) is { } about ? await StreamsAsync(about, log, book, ct).ConfigureAwait(false) : null,
                Types = types is null ? wanted?.Aliases : wanted is null ? types : [.. types.Intersect(wanted.Aliases)],
                AlsoProperties = types?.Any(one => one.StartsWith("property-", StringComparison.Ordinal)) == false ? [] : wanted?.Properties ?? [],
                Property = parsed.GetValue(property),
                Feature = parsed.GetValue(feature),
                Caller = parsed.GetValue(caller),
                Method = parsed.GetValue(method),
                Texts = words is null ? [] : [words, .. await NamedInTextAsync(words, log, book, ct).ConfigureAwait(false)],
            },
            words);
    }

    private static List<string>? Types(string[] wanted)
    {
        var known = EventCatalog.All.Select(one => one.Alias).ToList();
        foreach (var unknown in wanted.Where(one => !known.Any(alias => IsLike(alias, one))))
        {
            throw new HistoryException($"there is no event type '{Terminal.Printable(unknown)}'; known are: {string.Join(", ", known)}");
        }

        return wanted.Length == 0 ? null : known.FindAll(alias => wanted.Any(one => IsLike(alias, one)));
    }

    private static bool IsLike(string alias, string pattern) =>
        pattern.EndsWith('*') ? alias.StartsWith(pattern[..^1], StringComparison.Ordinal) : alias == pattern;

    private async Task<LogPosition> AfterAsync(ParseResult parsed, EventLogHost log, CancellationToken ct)
    {
        var position = await PositionAsync(parsed.GetValue(from), log, ct).ConfigureAwait(false) is { } first ? Math.Max(0, first - 1) : 0;
        var moment = parsed.GetValue(since) is { } when ? (await Moment.BeforeAsync(log, when, ct).ConfigureAwait(false)).Value : 0;
        return new LogPosition(Math.Max(position, moment));
    }

    private async Task<LogPosition?> UpToAsync(ParseResult parsed, EventLogHost log, CancellationToken ct)
    {
        var position = await PositionAsync(parsed.GetValue(to), log, ct).ConfigureAwait(false);
        var moment = parsed.GetValue(until) is { } when ? (await Moment.FindAsync(log, when, ct).ConfigureAwait(false)).Value : (long?)null;
        return (position, moment) switch
        {
            (null, null) => null,
            var (one, other) => new LogPosition(Math.Min(one ?? long.MaxValue, other ?? long.MaxValue)),
        };
    }

    private static async Task<long?> PositionAsync(long? position, EventLogHost log, CancellationToken ct) => position is null
        ? null
        : (await Moment.FindAsync(log, position.Value.ToString(CultureInfo.InvariantCulture), ct).ConfigureAwait(false)).Value;

    private static async Task<List<StreamName>> StreamsAsync(string about, EventLogHost log, QubeNameBook book, CancellationToken ct)
    {
        if (about == book.NameOf(QubeId.Dom0))
        {
            return [StreamName.OfQube(QubeId.Dom0)];
        }

        var found = await log.Search.QubesNamedAsync(about, ct).ConfigureAwait(false);
        var streams = found.Keys.Concat(book.Named(about)).Distinct().Select(StreamName.OfQube).ToList();
        var isStream = new StreamName(about).Kind is "system" or "host" or "pool" or "label" or "qube";
        return streams.Count > 0 ? streams
            : isStream ? [new StreamName(about)]
            : throw new HistoryException($"there never was a qube '{Terminal.Printable(about)}' in this log");
    }

    // References are UUIDs in the log: who looks for a name finds what refers to qubes of such a name.
    private static async Task<IEnumerable<string>> NamedInTextAsync(string words, EventLogHost log, QubeNameBook book, CancellationToken ct)
    {
        var found = await log.Search.QubesNamedAsync(null, ct).ConfigureAwait(false);
        foreach (var (id, name) in found)
        {
            book.Note(id, name);
        }

        return found.Where(entry => entry.Value.Contains(words, StringComparison.OrdinalIgnoreCase)).Take(MostNamedInText).Select(entry => entry.Key.ToString());
    }
}
