using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>The folders and files of a policy as they were known at one time.</summary>
/// <param name="Entries">What lies at each path; a folder that holds something need not be named.</param>
public sealed record PolicyFiles(ImmutableSortedDictionary<string, PolicyFile> Entries) : IPolicySource
{
    /// <summary>Nothing at all, not even folders.</summary>
    public static readonly PolicyFiles None = new(ImmutableSortedDictionary.Create<string, PolicyFile>(StringComparer.Ordinal));

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
        foreach (var path in Below(folder))
        {
            var rest = path[(folder.Length + 1)..];
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
        var start = folder + "/";
        return Entries.Keys.Where(path => path.StartsWith(start, StringComparison.Ordinal));
    }
}
