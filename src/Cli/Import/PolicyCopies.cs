using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>Reads the policy files that lie with copies of the store: <c>*.policy</c>, and what lies in <c>include</c> beside them.</summary>
/// <remarks>Symbolic links are not followed: they would lead to the files of now.</remarks>
internal static class PolicyCopies
{
    private const string Includes = "include";
    private static readonly string[] Places = ["etc/qubes/policy.d", "qubes/policy.d", "policy.d", ""];

    /// <summary>The policy as a copy has it; that of before where the copy says nothing of it, or more than can be kept.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="known">The policy of before.</param>
    /// <param name="notes">Gets what cannot be taken over.</param>
    internal static PolicyFiles Read(StoreCopy copy, PolicyFiles known, List<string> notes)
    {
        var place = Places.Select(place => Path.Combine(copy.Folder, place)).FirstOrDefault(folder => FilesIn(folder, "*.policy").Count > 0);
        if (!copy.HasFolders || place is null)
        {
            return known;
        }

        try
        {
            var found = PolicyLocations.Standard.Folders.Append(PolicyLocations.Includes).Aggregate(PolicyFiles.None, (files, folder) => files.With(folder, PolicyFile.Folder));
            found = FilesIn(place, "*.policy").Aggregate(found, (files, file) => Add(files, PolicyLocations.Permanent, file));
            found = FilesIn(Path.Combine(place, Includes), "*").Aggregate(found, (files, file) => Add(files, PolicyLocations.Includes, file));
            PolicyKnowledge.CheckFound(found);
            return found;
        }
        catch (Exception reason) when (reason is DomainException or IOException or UnauthorizedAccessException)
        {
            notes.Add($"the policy in {place} is left out: {reason.Message}");
            return known;
        }
    }

    private static List<FileInfo> FilesIn(string folder, string pattern) => !Directory.Exists(folder) ? [] :
        [.. new DirectoryInfo(folder).EnumerateFiles(pattern).Where(file => file.LinkTarget is null).Take(PolicyKnowledge.MostFiles + 1)];

    private static PolicyFiles Add(PolicyFiles files, string folder, FileInfo file) => files.With($"{folder}/{file.Name}", PolicyDisk.Read(file.FullName));
}
