using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Reads a whole policy: its files in order, with all that they include.</summary>
/// <remarks>
/// Source: spec, policy 1 to 3. Files come from people and through calls, so a circle of inclusions, or a small file that includes much many times, must
/// neither overflow the stack nor fill the memory: depth and amount are bounded.
/// </remarks>
public sealed class PolicyLoader
{
    private const int MostNesting = 100;
    private const int MostLines = 200_000;
    private const int MostCharacters = 64 << 20;
    private const string Suffix = ".policy";
    private const string OldestFolder = "/etc/qubes_rpc/policy";

    private readonly IPolicySource source;
    private readonly PolicyLocations locations;
    private readonly string? unjudged;
    private readonly ImmutableArray<PolicyRule>.Builder rules = ImmutableArray.CreateBuilder<PolicyRule>();
    private readonly ImmutableArray<PolicyRemark>.Builder remarks = ImmutableArray.CreateBuilder<PolicyRemark>();
    private readonly List<string> files = [];
    private List<PolicyException>? faults;
    private int lines;
    private int characters;
    private int nesting;

    private PolicyLoader(IPolicySource source, PolicyLocations locations, string? unjudged = null) =>
        (this.source, this.locations, this.unjudged) = (source, locations, unjudged);

    /// <summary>Reads a policy.</summary>
    /// <param name="source">Where its files are.</param>
    /// <param name="locations">Where it begins.</param>
    /// <param name="unjudged">A file that is only about to be made: what is in it counts, but not whether it may have that name; null for none.</param>
    /// <exception cref="PolicyException">It cannot be used; every call is denied then.</exception>
    public static LoadedPolicy Load(IPolicySource source, PolicyLocations locations, string? unjudged = null)
    {
        var loader = new PolicyLoader(source, locations, unjudged);
        loader.ReadAll();
        return loader.Loaded();
    }

    /// <summary>Reads a policy to the end, whatever is wrong in it.</summary>
    public static PolicyReport Check(IPolicySource source, PolicyLocations locations) =>
        new PolicyLoader(source, locations).Report(loader => loader.ReadAll());

    /// <summary>Reads one file that others would include, to its end.</summary>
    /// <param name="source">Where it lies.</param>
    /// <param name="path">Its path.</param>
    /// <param name="baseFolder">What relative paths in it begin at.</param>
    /// <param name="old">Whether it has the older form, of one service.</param>
    public static PolicyReport CheckFile(IPolicySource source, string path, string baseFolder, bool old) =>
        new PolicyLoader(source, PolicyLocations.Standard).Report(loader =>
        {
            if (old)
            {
                loader.ReadOld(path, baseFolder, null, null, bare: false);
            }
            else
            {
                loader.ReadFile(path, baseFolder);
            }
        });

    private PolicyReport Report(Action<PolicyLoader> read)
    {
        faults = [];
        try
        {
            read(this);
        }
        catch (PolicyException last)
        {
            faults.Add(last); // nothing can be read after it
        }

        return new PolicyReport(Loaded(), [.. faults.DistinctBy(fault => (fault.Message, (fault as PolicyBreakdownException)?.File))]);
    }

    private LoadedPolicy Loaded() => new(new PolicyRules(rules.ToImmutable()), remarks.ToImmutable(), [.. files]);

    private void ReadAll()
    {
        foreach (var path in PolicyFilesOf(locations.Folders))
        {
            OrNoted(() => ReadFile(path, PolicyPaths.FolderOf(path)));
        }
    }

    /// <summary>Goes on after a fault when all are wanted, but for those that reading on would only multiply.</summary>
    private void OrNoted(Action read)
    {
        try
        {
            read();
        }
        catch (PolicyException fault) when (faults is not null && fault.ClassName is not ("RecursionError" or "MemoryError"))
        {
            faults.Add(fault);
        }
    }

    private List<string> PolicyFilesOf(IEnumerable<string> folders)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            foreach (var name in Names(folder))
            {
                var path = folder + "/" + name;
                if (!name.EndsWith(Suffix, StringComparison.Ordinal) || name.StartsWith('.') || !source.Find(path).IsFile)
                {
                    continue;
                }

                if (path != unjudged && !name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '_' or '.' or '-'))
                {
                    OrNoted(() => throw new PolicyException("invalid filename: " + path));
                    continue;
                }

                found.TryAdd(name, path);
            }
        }

        return [.. found.Values];
    }

    private void ReadFile(string path, string baseFolder)
    {
        foreach (var (place, words) in Lines(path))
        {
            OrNoted(() =>
            {
                if (words[0].Text.StartsWith('!'))
                {
                    Follow(place, words, baseFolder);
                }
                else
                {
                    rules.Add(PolicyLines.Rule(place, words));
                }
            });
        }
    }

    private void Follow(PolicyPlace place, ImmutableArray<PolicyWord> words, string baseFolder)
    {
        switch (words[0].Text)
        {
            case "!include":
                CheckCount(place, words, 1);
                Nested(() => ReadFile(FileAt(place, baseFolder, words[1]), baseFolder));
                break;
            case "!include-dir":
                CheckCount(place, words, 1);
                Nested(() => ReadFolder(FolderAt(place, baseFolder, words[1]), baseFolder));
                break;
            case "!include-service":
                CheckCount(place, words, 3);
                var (service, argument) = PolicyLines.Call(place, words[1], words[2]);
                Nested(() => ReadOld(FileAt(place, baseFolder, words[3]), baseFolder, service, argument, bare: false));
                break;
            case "!compat-4.0":
                CheckCount(place, words, 0);
                remarks.Add(new PolicyRemark(
                    true, $"warning: !compat-4.0 directive in file {place.File} line {place.Line} is transitional and will be deprecated"));
                Nested(() => ReadLegacy(locations.Legacy, bare: false));
                if (source.List(OldestFolder) is not null)
                {
                    Nested(() => ReadLegacy(OldestFolder, bare: true));
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

    private void ReadLegacy(string folder, bool bare)
    {
        foreach (var (name, service, argument) in LegacyFiles(folder))
        {
            var path = folder + "/" + name;
            OrNoted(() => ReadOld(source.Find(path).RealPath ?? path, folder, service, argument, bare));
            if (argument is not null)
            {
                // A file for one argument speaks the last word about it.
                rules.Add(ImplicitDeny(path, service, argument, "@anyvm"));
                rules.Add(ImplicitDeny(path, service, argument, PolicyTokens.AdminVm));
            }
        }
    }

    private IEnumerable<(string Name, string Service, string? Argument)> LegacyFiles(string folder)
    {
        var found = new List<(string Name, string Service, string? Argument)>();
        foreach (var name in Names(folder))
        {
            if (WhyIgnored(folder, name) is { } reason)
            {
                remarks.Add(new PolicyRemark(false, $"ignoring {folder}/{name} ({reason})"));
            }
            else if (!name.StartsWith('.'))
            {
                var plus = name.IndexOf('+', StringComparison.Ordinal);
                found.Add(plus < 0 ? (name, name, null) : (name, name[..plus], name[plus..]));
            }
        }

        return found.OrderBy(file => file.Service, StringComparer.Ordinal).ThenBy(file => file.Argument is null)
            .ThenBy(file => file.Argument, StringComparer.Ordinal);
    }

    private string? WhyIgnored(string folder, string name)
    {
        if (name.StartsWith('.'))
        {
            return null;
        }

        return !source.Find(folder + "/" + name).IsFile ? "not a file"
            : name.EndsWith(".rpmsave", StringComparison.Ordinal) || name.EndsWith(".rpmnew", StringComparison.Ordinal) ||
                name.EndsWith(".swp", StringComparison.Ordinal) ? "ignored suffix"
            : PolicyLines.Invalid(name, "+") is { } wrong ? "invalid characters: " + wrong
            : null;
    }

    private static PolicyRule ImplicitDeny(string path, string service, string argument, string target) => new(
        path, null, service, argument, PolicyTokens.Parse("@anyvm", PolicyTokenRole.Source), PolicyTokens.Parse(target, PolicyTokenRole.Target),
        PolicyAction.Deny, null, null, null, Notify: true, Autostart: true);

    private void ReadOld(string path, string baseFolder, string? service, string? argument, bool bare)
    {
        foreach (var (place, words) in Lines(path, old: true, bare))
        {
            OrNoted(() =>
            {
                if (OldInclude(place, words) is { } included)
                {
                    Nested(() => ReadOld(FileAt(place, baseFolder, included), baseFolder, service, argument, bare));
                }
                else
                {
                    rules.Add(PolicyLines.OldRule(place, service, argument, words));
                }
            });
        }
    }

    private static PolicyWord? OldInclude(PolicyPlace place, ImmutableArray<PolicyWord> words)
    {
        const string Prefix = "@include:";
        if (words[0].Text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            var rest = new PolicyWord(words[0].Text[Prefix.Length..], words[0].Column + Prefix.Length);
            words = [new PolicyWord("!include", words[0].Column), .. rest.Text.Length == 0 ? words[1..] : words.SetItem(0, rest)];
        }

        var first = words[0];
        if (!first.Text.StartsWith('!'))
        {
            return null;
        }

        if (first.Text != "!include")
        {
            throw place.Fault("invalid directive", first.Column, "!include");
        }

        CheckCount(place, words, 1);
        return words[1];
    }

    private IEnumerable<(PolicyPlace Place, ImmutableArray<PolicyWord> Words)> Lines(string path, bool old = false, bool bare = false)
    {
        var file = source.Find(path);
        if (file.Fault is { } fault)
        {
            throw new PolicyBreakdownException("UnicodeDecodeError", fault) { File = path };
        }

        if (!files.Contains(path))
        {
            files.Add(path);
        }

        var number = 0;
        if ((characters += file.Text.Length) > MostCharacters)
        {
            throw new PolicyBreakdownException("MemoryError", $"the policy has more than {MostCharacters} characters") { File = path };
        }

        foreach (var line in file.Lines())
        {
            number++;
            var words = PolicyWord.Split(old ? Renewed(line, bare) : line, commasToo: old);
            if (words.IsEmpty || words[0].Text.StartsWith('#'))
            {
                continue;
            }

            if (++lines > MostLines)
            {
                throw new PolicyBreakdownException("MemoryError", $"the policy has more than {MostLines} rules") { File = path };
            }

            yield return (new PolicyPlace(path, number), words);
        }
    }

    /// <summary>A line of the older form with the words of today, which are as long.</summary>
    private static string Renewed(string line, bool bare)
    {
        var renewed = line.Replace('$', '@');
        return bare ? string.Join(' ', PolicyWord.Split(renewed, commasToo: true).Select(word => word.Text is "anyvm" or "dispvm" ? "@" + word.Text : word.Text)) : renewed;
    }

    private void Nested(Action read)
    {
        if (++nesting > MostNesting)
        {
            throw new PolicyBreakdownException("RecursionError", "files of the policy include each other");
        }

        try
        {
            read();
        }
        finally
        {
            nesting--;
        }
    }

    private IEnumerable<string> Names(string folder)
    {
        var names = source.List(folder);
        if (names is null)
        {
            OrNoted(() => throw NoFolder(folder));
        }

        return (names ?? []).Order(StringComparer.Ordinal);
    }

    private string FileAt(PolicyPlace place, string baseFolder, PolicyWord word)
    {
        var path = PolicyPaths.Combine(baseFolder, word.Text);
        var file = source.Find(path);
        return !file.IsFile ? throw place.Fault("not a file: " + path, word.Column, "a file")
            : ReferenceEquals(file, PolicyFile.Leaving) ? throw place.Fault("including a file that will be removed: " + path, word.Column, "another file")
            : file.RealPath ?? path;
    }

    private string FolderAt(PolicyPlace place, string baseFolder, PolicyWord word)
    {
        var path = PolicyPaths.Combine(baseFolder, word.Text);
        return source.Find(path).Kind == PolicyFileKind.Folder ? path : throw place.Fault("not a directory: " + path, word.Column, "a folder");
    }

    private static void CheckCount(PolicyPlace place, ImmutableArray<PolicyWord> words, int expected)
    {
        if (words.Length != expected + 1)
        {
            throw place.Fault("invalid number of params", 0, $"{expected} after {words[0].Text}");
        }
    }

    private static PolicyException NoFolder(string folder) =>
        new($"failed to load {folder} file: [Errno 2] No such file or directory: {PythonText.Repr(folder)}");
}
