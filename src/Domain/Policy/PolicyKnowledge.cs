using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>The rules of what is known of the policy's files.</summary>
/// <remarks>The files on the disk are the authority, since people edit them by hand; the log holds what they were at each position.</remarks>
public static class PolicyKnowledge
{
    /// <summary>How many folders and files a policy may have.</summary>
    public const int MostFiles = 5000;

    /// <summary>How long the text of a file may be, in bytes of UTF-8.</summary>
    public const int LongestText = 1 << 20;

    private const int LongestPath = 4096;

    /// <summary>Whether a path lies in a folder of the policy.</summary>
    public static bool IsInFolders(string path, PolicyLocations locations) =>
        locations.Folders.Append(locations.Legacy).Any(folder => path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>Whether a restoration brings a file back: it lies in a folder of the policy that outlives the host's next start.</summary>
    public static bool IsLasting(string path) =>
        IsInFolders(path, PolicyLocations.Standard) && !path.StartsWith(PolicyLocations.Runtime + "/", StringComparison.Ordinal);

    /// <summary>Refuses a path that names no file of the policy.</summary>
    /// <exception cref="InvalidValueException">It is such a one.</exception>
    public static void CheckPath(string path)
    {
        if (path.Length > LongestPath || path.Any(char.IsControl) || !IsClean(path) || !IsInFolders(path, PolicyLocations.Standard))
        {
            throw new InvalidValueException($"Not a file of the policy: {PythonText.Repr(path)}");
        }
    }

    /// <summary>Refuses a text that is too long.</summary>
    /// <exception cref="InvalidValueException">It is.</exception>
    public static void CheckText(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > LongestText)
        {
            throw new InvalidValueException($"A file of the policy may have {LongestText} bytes");
        }
    }

    /// <summary>Refuses what cannot have been read from a disk.</summary>
    /// <exception cref="InvalidValueException">There are too many files, or a path or a text cannot be kept.</exception>
    public static void CheckFound(PolicyFiles found)
    {
        if (found.Entries.Count > MostFiles)
        {
            throw new InvalidValueException($"The policy has more than {MostFiles} folders and files");
        }

        foreach (var (path, file) in found.Entries)
        {
            if (path.Length > LongestPath || !IsClean(path))
            {
                throw new InvalidValueException($"Not a file of the policy: {PythonText.Repr(path)}");
            }

            CheckText(file.Text);
        }
    }

    /// <summary>Gives a file a text, also when it has it already: the call was made.</summary>
    public static void Set(Draft draft, string path, string text) => draft.Record(new PolicyFileSet(path, text));

    /// <summary>Removes a file.</summary>
    public static void Remove(Draft draft, string path) => draft.Record(new PolicyFileRemoved(path));

    /// <summary>Notes everything that was found otherwise than it is known; nothing when it was found so.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="found">All that was found.</param>
    /// <param name="problem">Why the whole policy cannot be used, as it was found; null when it can.</param>
    public static void Observe(Draft draft, PolicyFiles found, string? problem)
    {
        foreach (var @event in Difference(draft.World.Policy, found, problem).ToList())
        {
            draft.Record(@event);
        }
    }

    /// <summary>Events that lead from what was known to what was found, by path.</summary>
    public static IEnumerable<PolicyFileObserved> Difference(PolicyFiles known, PolicyFiles found, string? problem = null) =>
        ReferenceEquals(known, found) ? [] : known.Entries.Keys.Union(found.Entries.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(path => known.Entries.GetValueOrDefault(path) != found.Entries.GetValueOrDefault(path))
            .Select(path => PolicyFileObserved.Of(path, found.Entries.GetValueOrDefault(path, PolicyFile.Missing), problem));

    // Absolute, and without parts that lead elsewhere.
    private static bool IsClean(string path) =>
        path.StartsWith('/') && PolicyPaths.Combine("/", path) == path;
}
