namespace Qubes.Cqrs.Domain;

/// <summary>Folders and files that hold a policy: those of a disk, or those that a log position knows.</summary>
/// <remarks>Paths are absolute, with <c>/</c> between their parts, and without <c>.</c> and <c>..</c>. Links are followed.</remarks>
public interface IPolicySource
{
    /// <summary>What lies at a path; <see cref="PolicyFile.Missing"/> when nothing does.</summary>
    PolicyFile Find(string path);

    /// <summary>The names in a folder in any order; null when there is no such folder.</summary>
    IReadOnlyCollection<string>? List(string folder);
}
