namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Reads a policy line by line, as the spec says it (policy 1 to 3), with nothing of the product's.</summary>
/// <param name="files">Path to text; folders are what holds files, and those of <paramref name="emptyFolders"/>.</param>
/// <param name="emptyFolders">Folders that need not hold anything.</param>
internal sealed class NaiveReader(IReadOnlyDictionary<string, string> files, IReadOnlyCollection<string> emptyFolders)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
    private readonly List<NaiveRule> rules = [];
    private int depth;

    internal static List<NaiveRule> Read(IReadOnlyDictionary<string, string> files, IReadOnlyCollection<string> emptyFolders)
    {
        var reader = new NaiveReader(files, emptyFolders);
        reader.ReadAllOf("/run/qubes/policy.d", "/etc/qubes/policy.d");
        return reader.rules;
    }

    // A file of the runtime folder hides the one of the same name that is kept.
    private void ReadAllOf(params string[] folders)
    {
        foreach (var folder in folders)
        {
            if (!IsFolder(folder))
            {
                throw new NaiveFault("");
            }
        }

        var names = folders.SelectMany(NamesIn).Where(name => name.EndsWith(".policy", StringComparison.Ordinal) && name[0] != '.').Distinct().ToList();
        if (names.Any(name => !name.All(letter => "abcdefghijklmnopqrstuvwxyz0123456789_.-".Contains(letter, StringComparison.Ordinal))))
        {
            throw new NaiveFault("");
        }

        names.Sort(string.CompareOrdinal);
        foreach (var name in names)
        {
            var folder = folders.First(folder => files.ContainsKey(folder + "/" + name));
            ReadFile(folder + "/" + name, folder);
        }
    }

    private IEnumerable<string> NamesIn(string folder) =>
        files.Keys.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path));

    private bool IsFolder(string path) => emptyFolders.Contains(path) || files.Keys.Any(file => file.StartsWith(path + "/", StringComparison.Ordinal));

    private void ReadFile(string path, string folder)
    {
        if (++depth > 90)
        {
            throw new NaiveFault("unanswered");
        }

        var number = 0;
        foreach (var line in files[path].Split('\n'))
        {
            var (place, words) = ($"{path}:{++number}", line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (words.Length == 0 || words[0][0] == '#')
            {
                continue;
            }

            if (words[0][0] == '!')
            {
                Directive(place, words, folder);
                continue;
            }

            if (words.Length < 5)
            {
                throw new NaiveFault(place);
            }

            CheckCall(place, words[0], words[1]);
            rules.Add(Rule(place, words[0], words[1], words[2], words[3], words[4], words[5..]));
        }

        depth--;
    }

    private void Directive(string place, string[] words, string folder)
    {
        string Resolve(string path) => Path.GetFullPath(path, folder);
        switch (words[0], words.Length)
        {
            case ("!include", 2) when files.ContainsKey(Resolve(words[1])):
                ReadFile(Resolve(words[1]), folder);
                break;
            case ("!include-dir", 2) when IsFolder(Resolve(words[1])):
                var inside = NamesIn(Resolve(words[1])).Where(name => name.EndsWith(".policy", StringComparison.Ordinal) && name[0] != '.').ToList();
                inside.Sort(string.CompareOrdinal);
                foreach (var name in inside)
                {
                    ReadFile(Resolve(words[1]) + "/" + name, folder);
                }

                break;
            case ("!include-service", 4):
                CheckCall(place, words[1], words[2]);
                if (!files.ContainsKey(Resolve(words[3])))
                {
                    throw new NaiveFault(place);
                }

                ReadOld(Resolve(words[3]), folder, words[1], words[2], oldest: false);
                break;
            case ("!compat-4.0", 1):
                ReadLegacy("/etc/qubes-rpc/policy", oldest: false);
                ReadLegacy("/etc/qubes_rpc/policy", oldest: true);
                break;
            default:
                throw new NaiveFault(place);
        }
    }

    private void ReadLegacy(string folder, bool oldest)
    {
        if (!IsFolder(folder) && !oldest)
        {
            throw new NaiveFault("");
        }

        var found = NamesIn(folder).Where(name => name[0] != '.' && name.All(letter => (Letters + "+").Contains(letter, StringComparison.Ordinal)) &&
            !new[] { ".rpmsave", ".rpmnew", ".swp" }.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal))).ToList();
        string ServiceOf(string name) => name.Split('+')[0];
        found.Sort((one, other) => string.CompareOrdinal(ServiceOf(one), ServiceOf(other)) is not 0 and var order ? order
            : one.Contains('+', StringComparison.Ordinal) != other.Contains('+', StringComparison.Ordinal) ? (one.Contains('+', StringComparison.Ordinal) ? -1 : 1)
            : string.CompareOrdinal(one, other));
        foreach (var name in found)
        {
            var plus = name.IndexOf('+', StringComparison.Ordinal);
            var argument = plus < 0 ? "*" : name[plus..];
            ReadOld(folder + "/" + name, folder, ServiceOf(name), argument, oldest);
            if (plus >= 0)
            {
                rules.Add(Rule($"{folder}/{name}:None", ServiceOf(name), argument, "@anyvm", "@anyvm", "deny", []));
                rules.Add(Rule($"{folder}/{name}:None", ServiceOf(name), argument, "@anyvm", "@adminvm", "deny", []));
            }
        }
    }

    private void ReadOld(string path, string folder, string service, string argument, bool oldest)
    {
        if (++depth > 90)
        {
            throw new NaiveFault("unanswered");
        }

        var number = 0;
        foreach (var line in files[path].Split('\n'))
        {
            var place = $"{path}:{++number}";
            var words = line.Replace('$', '@').Replace("@include:", "!include ", StringComparison.Ordinal).Replace(',', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries);
            words = oldest ? [.. words.Select(word => word is "anyvm" or "dispvm" ? "@" + word : word)] : words;
            if (words.Length == 0 || words[0][0] == '#')
            {
                continue;
            }

            var include = words[0] == "!include" && words.Length == 2 ? words[1] : null;
            if (include is not null && files.ContainsKey(Path.GetFullPath(include, folder)))
            {
                ReadOld(Path.GetFullPath(include, folder), folder, service, argument, oldest);
            }
            else if (include is not null || words[0][0] == '!' || words.Length < 3)
            {
                throw new NaiveFault(place);
            }
            else
            {
                rules.Add(Rule(place, service, argument, words[0], words[1], words[2], words[3..]));
            }
        }

        depth--;
    }

    private static void CheckCall(string place, string service, string argument)
    {
        var right = (service == "*" || service.All(letter => Letters.Contains(letter, StringComparison.Ordinal))) &&
            (argument == "*" || (service != "*" && argument[0] == '+' && argument.All(letter => (Letters + "+").Contains(letter, StringComparison.Ordinal))));
        if (!right)
        {
            throw new NaiveFault(place);
        }
    }

    private static NaiveRule Rule(string place, string service, string argument, string source, string target, string action, string[] rest)
    {
        var options = new Dictionary<string, string>();
        string[] known = action switch
        {
            "allow" => ["target", "user", "notify", "autostart"],
            "ask" => ["target", "default_target", "user", "notify", "autostart"],
            "deny" => ["notify"],
            _ => throw new NaiveFault(place),
        };
        foreach (var word in rest)
        {
            var (name, value) = word.Split('=', 2) is [var before, var after] ? (before, after) : throw new NaiveFault(place);
            if (!known.Contains(name) || !options.TryAdd(name, value) ||
                (name is "notify" or "autostart" && value is not ("yes" or "no")) || (name.EndsWith("target", StringComparison.Ordinal) && !IsCallable(value)))
            {
                throw new NaiveFault(place);
            }
        }

        if (action == "allow" && target == "@default" && !options.ContainsKey("target"))
        {
            throw new NaiveFault(place);
        }

        return IsWord(source, isTarget: false) && IsWord(target, isTarget: true)
            ? new NaiveRule(place, service, argument, source, target, action, options)
            : throw new NaiveFault(place);
    }

    // The table of tokens: name, uuid, dom0, @dispvm and @dispvm:N may be called ...
    private static bool IsCallable(string word) => word is "@adminvm" or "@dispvm" || IsDisposableOf(word) || (word is not ("" or "*") && word[0] != '@');

    // ... the others stand for sets; @default and @dispvm only as a target.
    private static bool IsWord(string word, bool isTarget) =>
        word is "*" or "@anyvm" || (word == "@default" && isTarget) || (IsCallable(word) && (isTarget || word != "@dispvm")) ||
        new[] { "@tag:", "@type:", "@dispvm:@tag:" }.Any(prefix => word.StartsWith(prefix, StringComparison.Ordinal) && word.Length > prefix.Length && word[prefix.Length] != '@');

    private static bool IsDisposableOf(string word) => word.StartsWith("@dispvm:", StringComparison.Ordinal) && word.Length > 8 && word[8] != '@';
}
