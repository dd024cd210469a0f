using System.Collections.Immutable;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>Keeps what was read of a policy, so that it can be read again though the disk has changed.</summary>
/// <remarks>Bounded: whoever may write into a folder of the policy may not fill the log.</remarks>
internal sealed class PolicyReading(IPolicySource source) : IPolicySource
{
    private const int DeepestFolder = 8;
    private const long LongestTexts = 16L * PolicyKnowledge.LongestText;

    private readonly Dictionary<string, PolicyFile> seen = new(StringComparer.Ordinal);
    private long length;
    private int count;

    /// <inheritdoc/>
    public PolicyFile Find(string path)
    {
        if (seen.TryGetValue(path, out var known))
        {
            return known;
        }

        var file = Bounded(path, source.Find(path));
        Note(path, file);
        if (file.RealPath is { } real)
        {
            Find(real); // a change through a link is a change of what it leads to
        }

        return file;
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string>? List(string folder)
    {
        var names = source.List(folder);
        if (names is not null && !seen.ContainsKey(folder))
        {
            Note(folder, PolicyFile.Folder); // one that holds nothing is another thing than none
        }

        return names;
    }

    /// <summary>Reads everything in a folder and in the folders below it, but for what editors leave there for a while.</summary>
    internal void AddAll(string folder, int depth = 0)
    {
        foreach (var name in List(folder) ?? [])
        {
            var path = PolicyPaths.Combine(folder, name);
            if (!IsPassing(name) && Find(path) is { Kind: PolicyFileKind.Folder, RealPath: null } && depth < DeepestFolder)
            {
                AddAll(path, depth + 1);
            }
        }
    }

    /// <summary>All that is there of what was asked for.</summary>
    internal PolicyFiles ToFiles() => new(seen.Where(entry => entry.Value.Kind != PolicyFileKind.Missing)
        .ToImmutableSortedDictionary(StringComparer.Ordinal, valueComparer: null));

    // What the loader asks for by itself is kept whatever its name.
    private static bool IsPassing(string name) => name.StartsWith('.') || name.StartsWith('!') || name.EndsWith('~') || name.EndsWith(".swp", StringComparison.Ordinal);

    private void Note(string path, PolicyFile file)
    {
        if (file.Kind != PolicyFileKind.Missing && ++count > PolicyKnowledge.MostFiles)
        {
            throw new InvalidValueException($"The policy has more than {PolicyKnowledge.MostFiles} folders and files");
        }

        seen.Add(path, file);
    }

    private PolicyFile Bounded(string path, PolicyFile file)
    {
        var bytes = Encoding.UTF8.GetByteCount(file.Text);
        if (bytes > PolicyKnowledge.LongestText)
        {
            return PolicyFile.Unreadable($"{path} has more than {PolicyKnowledge.LongestText} bytes") with { RealPath = file.RealPath };
        }

        if (length + bytes > LongestTexts)
        {
            return PolicyFile.Unreadable($"{path} and the other files have more than {LongestTexts} bytes") with { RealPath = file.RealPath };
        }

        length += bytes;
        return file;
    }
}
