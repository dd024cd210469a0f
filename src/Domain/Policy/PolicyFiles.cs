using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>The folders and files of a policy as they were known at one time.</summary>
/// <param name="Entries">What lies at each path; a folder that holds something need not be named.</param>
public sealed record PolicyFiles(ImmutableSortedDictionary<string, PolicyFile> Entries) : IPolicySource
{
    // The paths in order, once they are asked for: what lies in a folder stands side by side.
    private string[]? paths;

    /// <summary>Nothing at all, not even folders.</summary>
    public static readonly PolicyFiles None = new(ImmutableSortedDictionary.Create<string, PolicyFile>(StringComparer.Ordinal));

    /// <summary>What lies at each path.</summary>
    public ImmutableSortedDictionary<string, PolicyFile> Entries { get; } = Entries;

    /// <summary>These, and another one.</summary>
    public PolicyFiles With(string path, PolicyFile file) => new(Entries.SetItem(path, file));

    /// <summary>These without one.</summary>
    public PolicyFiles Without(string path) => new(Entries.Remove(path));

    /// <inheritdoc/>
    public PolicyFile Find(string path) => Entries.TryGetValue(path, out var file) ? file
        : Below(path).Any() ? PolicyFile.Folder
        : PolicyFile.Missing;

    /// <inheritdoc/>
    public IReadOnlyCollection<string>? List(string folder)
    {
        if (Find(folder).Kind != PolicyFileKind.Folder)
        {
            return null;
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        var start = Beginning(folder).Length;
        foreach (var path in Below(folder))
        {
            var rest = path[start..];
            names.Add(rest.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? rest[..slash] : rest);
        }

        return names;
    }

    /// <summary>The same entries.</summary>
    public bool Equals(PolicyFiles? other) =>
        other is not null && Entries.Count == other.Entries.Count && Entries.SequenceEqual(other.Entries);

    /// <inheritdoc/>
    public override int GetHashCode() => Entries.Count;

    private IEnumerable<string> Below(string folder)
    {
        var start = Beginning(folder);
        var all = paths ??= [.. Entries.Keys];
        var first = Array.BinarySearch(all, start, StringComparer.Ordinal);
        for (var index = first < 0 ? ~first : first; index < all.Length && all[index].StartsWith(start, StringComparison.Ordinal); index++)
        {
            yield return all[index];
        }
    }

    private static string Beginning(string folder) => folder == "/" ? folder : folder + "/";
}
