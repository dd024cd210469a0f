using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Reads files of today's form.</summary>
/// <param name="pass">The reading that they are a part of.</param>
/// <param name="locations">Where the policy begins.</param>
/// <param name="unjudged">A file that is only about to be made, whose name is not judged; null for none.</param>
/// <remarks>Source: spec, policy 1 and 2.</remarks>
internal sealed class PolicyFileReader(PolicyPass pass, PolicyLocations locations, string? unjudged = null)
{
    private const string Suffix = ".policy";
    private const string OldestFolder = "/etc/qubes_rpc/policy";

    private readonly OldPolicyReader older = new(pass);

    /// <summary>Reads all files of the folders where the policy begins.</summary>
    internal void ReadAll()
    {
        foreach (var path in PolicyFilesOf(locations.Folders))
        {
            pass.OrNoted(() => ReadFile(path, PolicyPaths.FolderOf(path)));
        }
    }

    /// <summary>Reads a file, with all that it includes.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="baseFolder">What relative paths in it begin at.</param>
    internal void ReadFile(string path, string baseFolder)
    {
        foreach (var (place, words) in pass.Lines(path))
        {
            pass.OrNoted(() =>
            {
                if (words[0].Text.StartsWith('!'))
                {
                    Follow(place, words, baseFolder);
                }
                else
                {
                    pass.Add(PolicyLines.Rule(place, words));
                }
            });
        }
    }

    private void Follow(PolicyPlace place, ImmutableArray<PolicyWord> words, string baseFolder)
    {
        switch (words[0].Text)
        {
            case "!include":
                PolicyPass.CheckCount(place, words, 1);
                pass.Nested(() => ReadFile(pass.FileAt(place, baseFolder, words[1]), baseFolder));
                break;
            case "!include-dir":
                PolicyPass.CheckCount(place, words, 1);
                pass.Nested(() => ReadFolder(pass.FolderAt(place, baseFolder, words[1]), baseFolder));
                break;
            case "!include-service":
                PolicyPass.CheckCount(place, words, 3);
                var (service, argument) = PolicyLines.Call(place, words[1], words[2]);
                pass.Nested(() => older.ReadFile(pass.FileAt(place, baseFolder, words[3]), baseFolder, service, argument, bare: false));
                break;
            case "!compat-4.0":
                PolicyPass.CheckCount(place, words, 0);
                pass.Add(new PolicyRemark(
                    true, $"warning: !compat-4.0 directive in file {place.File} line {place.Line} is transitional and will be deprecated"));
                pass.Nested(() => older.ReadFolder(locations.Legacy, bare: false));
                if (pass.Source.List(OldestFolder) is not null)
                {
                    pass.Nested(() => older.ReadFolder(OldestFolder, bare: true));
                }

                break;
            default:
                throw place.Fault("invalid directive", words[0].Column, "!include, !include-dir, !include-service or !compat-4.0");
        }
    }

    private void ReadFolder(string folder, string baseFolder)
    {
        foreach (var path in PolicyFilesOf([folder]))
        {
            ReadFile(path, baseFolder);
        }
    }

    private List<string> PolicyFilesOf(IEnumerable<string> folders)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            foreach (var name in pass.Names(folder))
            {
                var path = folder + "/" + name;
                if (!name.EndsWith(Suffix, StringComparison.Ordinal) || name.StartsWith('.') || !pass.Source.Find(path).IsFile)
                {
                    continue;
                }

                if (path != unjudged && !IsAllowed(name))
                {
                    pass.OrNoted(() => throw new PolicyException("invalid filename: " + path));
                    continue;
                }

                found.TryAdd(name, path);
            }
        }

        return [.. found.Values];
    }

    private static bool IsAllowed(string name) =>
        name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '_' or '.' or '-');
}
