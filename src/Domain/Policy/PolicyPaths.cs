namespace Qubes.Cqrs.Domain;

/// <summary>Paths of the policy, without asking a disk.</summary>
public static class PolicyPaths
{
    /// <summary>An absolute path without <c>.</c>, <c>..</c> and empty parts.</summary>
    /// <param name="folder">What a relative path begins at; absolute.</param>
    /// <param name="path">The path as somebody wrote it.</param>
    public static string Combine(string folder, string path)
    {
        var parts = new List<string>();
        foreach (var part in (path.StartsWith('/') ? path : folder + "/" + path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>The folder of a path.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";

    /// <summary>The last part of a path.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
