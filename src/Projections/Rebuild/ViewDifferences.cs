using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Where live views differ from rebuilt ones, in words.</summary>
public static class ViewDifferences
{
    /// <summary>The most differences of a view that are told one by one.</summary>
    public const int Most = 20;

    /// <summary>Between two states: each event that would lead from the live one to the rebuilt one.</summary>
    public static IEnumerable<string> OfWorlds(World rebuilt, World live) =>
        WorldDifference.Events(live, rebuilt).Select(@event => $"{@event.Stream}: {EventCatalog.Of(@event).Alias} would lead to what the log gives");

    /// <summary>Between two texts: the first line that differs.</summary>
    /// <param name="name">What they are.</param>
    /// <param name="rebuilt">As the log gives it; null when there is to be none.</param>
    /// <param name="live">As it is found; null when there is none.</param>
    public static IEnumerable<string> OfTexts(string name, ReadOnlyMemory<byte>? rebuilt, ReadOnlyMemory<byte>? live)
    {
        if (rebuilt is null || live is null)
        {
            return rebuilt is null == live is null ? [] : [$"{name}: {(live is null ? "missing" : "not wanted")}"];
        }

        return RebuildCheck.Compare(rebuilt.Value.Span, live.Value.Span) is { } found
            ? [$"{name}, line {found.Line}: '{found.Live.Trim()}' instead of '{found.Rebuilt.Trim()}'"]
            : [];
    }

    /// <summary>Between the databases of those qubes that the log tells of.</summary>
    public static IEnumerable<string> OfDatabases(QubesDbState rebuilt, QubesDbState live, Func<QubeId, bool> isTold)
    {
        foreach (var qube in rebuilt.Databases.Keys.Union(live.Databases.Keys).Where(isTold))
        {
            var (wanted, found) = (rebuilt.Find(qube)?.Keys ?? QubeDatabase.NoKeys, live.Find(qube)?.Keys ?? QubeDatabase.NoKeys);
            foreach (var path in wanted.Keys.Union(found.Keys).Where(path => wanted.GetValueOrDefault(path) != found.GetValueOrDefault(path)))
            {
                yield return $"{rebuilt.Find(qube)?.Name ?? live.Find(qube)?.Name} {path}: {Show(found.GetValueOrDefault(path))} instead of {Show(wanted.GetValueOrDefault(path))}";
            }
        }
    }

    private static string Show(string? value) => value is null ? "nothing" : $"'{value}'";
}
