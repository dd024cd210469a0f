using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Finds out what the words of a question stand for in a log.</summary>
/// <param name="search">The log.</param>
/// <param name="book">Takes the names that were looked up on the way.</param>
/// <param name="clock">What <c>5m ago</c> counts from.</param>
public sealed class QuestionReader(IEventSearch search, QubeNameBook book, TimeProvider clock)
{
    private const int MostNamedInText = 50;
    private readonly MomentSearch moments = new(search, clock);

    /// <summary>What was asked for.</summary>
    /// <exception cref="QuestionException">Something is named that there is not.</exception>
    public async Task<SearchedEvents> ReadAsync(LogQuestion question, CancellationToken ct)
    {
        var types = Types(question.Types);
        var area = question.Area is { } name ? Area(name) : null;
        var words = question.Text is { Length: > 0 } sought ? sought : null;
        var after = await AfterAsync(question, ct).ConfigureAwait(false);
        var upTo = await UpToAsync(question, ct).ConfigureAwait(false);
        return new(
            new EventQuery
            {
                After = after,
                UpTo = upTo,
                Streams = question.Qube is { } about ? await StreamsAsync(about, ct).ConfigureAwait(false) : null,
                Types = types is null ? area?.Aliases : area is null ? types : [.. types.Intersect(area.Aliases)],
                AlsoProperties = types?.Exists(one => one.StartsWith("property-", StringComparison.Ordinal)) == false ? [] : area?.Properties ?? [],
                Property = question.Property,
                Feature = question.Feature,
                Caller = question.Caller,
                Method = question.Method,
                Texts = words is null ? [] : [words, .. await NamedInTextAsync(words, ct).ConfigureAwait(false)],
            },
            words);
    }

    private static EventArea Area(string name) => EventArea.Find(name)
        ?? throw new QuestionException($"there is no area '{PrintableText.Of(name)}'; known are: {string.Join(", ", EventArea.All.Select(known => known.Name))}");

    private static List<string>? Types(IReadOnlyList<string> wanted)
    {
        if (wanted.Count == 0)
        {
            return null;
        }

        var known = EventCatalog.All.Select(one => one.Alias).ToList();
        return wanted.FirstOrDefault(one => !known.Exists(alias => IsLike(alias, one))) is { } unknown
            ? throw new QuestionException($"there is no event type '{PrintableText.Of(unknown)}'; known are: {string.Join(", ", known)}")
            : known.FindAll(alias => wanted.Any(one => IsLike(alias, one)));
    }

    private static bool IsLike(string alias, string pattern) =>
        pattern.EndsWith('*') ? alias.StartsWith(pattern[..^1], StringComparison.Ordinal) : alias == pattern;

    private async Task<LogPosition> AfterAsync(LogQuestion question, CancellationToken ct)
    {
        var first = await PositionAsync(question.From, ct).ConfigureAwait(false) ?? 1;
        var moment = question.Since is { } when ? (await moments.BeforeAsync(when, ct).ConfigureAwait(false)).Value : 0;
        return new LogPosition(Math.Max(Math.Max(0, first - 1), moment));
    }

    private async Task<LogPosition?> UpToAsync(LogQuestion question, CancellationToken ct)
    {
        var position = await PositionAsync(question.To, ct).ConfigureAwait(false);
        var moment = question.Until is { } when ? (await moments.FindAsync(when, ct).ConfigureAwait(false)).Value : (long?)null;
        return (position, moment) switch
        {
            (null, null) => null,
            var (one, other) => new LogPosition(Math.Min(one ?? long.MaxValue, other ?? long.MaxValue)),
        };
    }

    private async Task<long?> PositionAsync(long? position, CancellationToken ct) =>
        position is { } wanted ? (await moments.AtPositionAsync(wanted, ct).ConfigureAwait(false)).Value : null;

    private async Task<List<StreamName>> StreamsAsync(string about, CancellationToken ct)
    {
        if (about == book.NameOf(QubeId.Dom0))
        {
            return [StreamName.OfQube(QubeId.Dom0)];
        }

        var found = await search.QubesNamedAsync(about, ct).ConfigureAwait(false);
        var streams = found.Keys.Concat(book.Named(about)).Distinct().Select(StreamName.OfQube).ToList();
        var isStream = new StreamName(about).Kind is "system" or "host" or "policy" or "pool" or "label" or "qube";
        return streams.Count > 0 ? streams
            : isStream ? [new StreamName(about)]
            : throw new QuestionException($"there never was a qube '{PrintableText.Of(about)}' in this log");
    }

    // References are UUIDs in the log: who looks for a name finds what refers to qubes of such a name.
    private async Task<IEnumerable<string>> NamedInTextAsync(string words, CancellationToken ct)
    {
        var found = await search.QubesNamedAsync(null, ct).ConfigureAwait(false);
        foreach (var (id, name) in found)
        {
            book.Note(id, name);
        }

        return found.Where(entry => entry.Value.Contains(words, StringComparison.OrdinalIgnoreCase)).Take(MostNamedInText).Select(entry => entry.Key.ToString());
    }
}
