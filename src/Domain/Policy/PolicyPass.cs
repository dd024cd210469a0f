using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>One reading of a policy: what it has read, what is wrong in it, and how much it may still read.</summary>
/// <remarks>
/// Source: spec, policy 1 to 3. Files come from people and through calls, so a circle of inclusions, or a small file that includes much many times, must
/// neither overflow the stack nor fill the memory: depth and amount are bounded.
/// </remarks>
internal sealed class PolicyPass(IPolicySource source)
{
    private const int MostNesting = 100;
    private const int MostLines = 200_000;
    private const int MostCharacters = 64 << 20;

    private readonly ImmutableArray<PolicyRule>.Builder rules = ImmutableArray.CreateBuilder<PolicyRule>();
    private readonly ImmutableArray<PolicyRemark>.Builder remarks = ImmutableArray.CreateBuilder<PolicyRemark>();
    private readonly List<string> files = [];
    private List<PolicyException>? faults;
    private int lines;
    private int characters;
    private int nesting;

    /// <summary>Where the files are.</summary>
    internal IPolicySource Source => source;

    /// <summary>What was read.</summary>
    internal LoadedPolicy Loaded() => new(new PolicyRules(rules.ToImmutable()), remarks.ToImmutable(), [.. files]);

    /// <summary>Reads to the end, and keeps all faults instead of throwing the first.</summary>
    internal PolicyReport Report(Action read)
    {
        faults = [];
        try
        {
            read();
        }
        catch (PolicyException last)
        {
            faults.Add(last); // nothing can be read after it
        }

        return new PolicyReport(Loaded(), [.. faults.DistinctBy(fault => (fault.Message, (fault as PolicyBreakdownException)?.File))]);
    }

    /// <summary>Adds a rule behind those that were read.</summary>
    internal void Add(PolicyRule rule) => rules.Add(rule);

    /// <summary>Adds what the original would write to its log.</summary>
    internal void Add(PolicyRemark remark) => remarks.Add(remark);

    /// <summary>Goes on after a fault when all are wanted, but for those that reading on would only multiply.</summary>
    internal void OrNoted(Action read)
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

    /// <summary>Reads what a file includes.</summary>
    /// <exception cref="PolicyBreakdownException">Files include each other.</exception>
    internal void Nested(Action read)
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

    /// <summary>The lines of a file that say something.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="renew">Says a line of an older form, where commas separate as well, with the words of today; null for today's form.</param>
    /// <exception cref="PolicyBreakdownException">It cannot be read, or the policy is too large.</exception>
    internal IEnumerable<(PolicyPlace Place, ImmutableArray<PolicyWord> Words)> Lines(string path, Func<string, string>? renew = null)
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
            var words = PolicyWord.Split(renew is null ? line : renew(line), commasToo: renew is not null);
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

    /// <summary>What a folder holds, in order; nothing when it is not there, which is a fault.</summary>
    internal IEnumerable<string> Names(string folder)
    {
        var names = source.List(folder);
        if (names is null)
        {
            OrNoted(() => throw NoFolder(folder));
        }

        return (names ?? []).Order(StringComparer.Ordinal);
    }

    /// <summary>The file that a line includes, where links lead.</summary>
    internal string FileAt(PolicyPlace place, string baseFolder, PolicyWord word)
    {
        var path = PolicyPaths.Combine(baseFolder, word.Text);
        var file = source.Find(path);
        return !file.IsFile ? throw place.Fault("not a file: " + path, word.Column, "a file")
            : ReferenceEquals(file, PolicyFile.Leaving) ? throw place.Fault("including a file that will be removed: " + path, word.Column, "another file")
            : file.RealPath ?? path;
    }

    /// <summary>The folder that a line includes.</summary>
    internal string FolderAt(PolicyPlace place, string baseFolder, PolicyWord word)
    {
        var path = PolicyPaths.Combine(baseFolder, word.Text);
        return source.Find(path).Kind == PolicyFileKind.Folder ? path : throw place.Fault("not a directory: " + path, word.Column, "a folder");
    }

    /// <summary>Refuses a directive with too much or too little behind it.</summary>
    internal static void CheckCount(PolicyPlace place, ImmutableArray<PolicyWord> words, int expected)
    {
        if (words.Length != expected + 1)
        {
            throw place.Fault("invalid number of params", 0, $"{expected} after {words[0].Text}");
        }
    }

    private static PolicyException NoFolder(string folder) =>
        new($"failed to load {folder} file: [Errno 2] No such file or directory: {PythonText.Repr(folder)}");
}
