using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Looks for what is wrong in a policy, and for what is hardly meant.</summary>
/// <remarks>Source: spec, policy 1 to 3. docs/policy.md lists what it finds.</remarks>
public sealed class PolicyLint
{
    private static readonly ImmutableArray<string> Classes = ["AdminVM", "AppVM", "TemplateVM", "StandaloneVM", "DispVM", "RemoteVM"];

    private readonly IPolicySource source;
    private readonly PolicyReport report;
    private readonly IPolicySystem? system;
    private readonly HashSet<PolicyFinding> findings = [];
    private readonly Dictionary<string, string[]> lines = new(StringComparer.Ordinal);

    private PolicyLint(IPolicySource source, PolicyReport report, IPolicySystem? system) =>
        (this.source, this.report, this.system) = (source, report, system);

    /// <summary>Checks a whole policy.</summary>
    /// <param name="source">Where it lies.</param>
    /// <param name="locations">Its folders.</param>
    /// <param name="system">The qubes; null when they are not known, so names are not looked up.</param>
    /// <returns>What was found, by file and line.</returns>
    public static ImmutableArray<PolicyFinding> Check(IPolicySource source, PolicyLocations locations, IPolicySystem? system) =>
        new PolicyLint(source, PolicyLoader.Check(source, locations), system).Find();

    /// <summary>Checks one file that others include, in the form in which it has fewer faults.</summary>
    /// <param name="source">Where it lies.</param>
    /// <param name="path">Its path.</param>
    /// <param name="system">The qubes; null when they are not known.</param>
    /// <returns>What was found, by line.</returns>
    public static ImmutableArray<PolicyFinding> CheckFile(IPolicySource source, string path, IPolicySystem? system)
    {
        var folder = PolicyPaths.FolderOf(path);
        var baseFolder = PolicyPaths.NameOf(folder) == "include" ? PolicyPaths.FolderOf(folder) : folder; // that of the file which includes it
        var today = PolicyLoader.CheckFile(source, path, baseFolder, old: false);
        var before = PolicyLoader.CheckFile(source, path, baseFolder, old: true);
        return new PolicyLint(source, WeightOf(before) < WeightOf(today) ? before : today, system).Find();
    }

    // A line that does not even have the right number of words speaks more against a form than a wrong word.
    private static int WeightOf(PolicyReport report) => report.Faults.Sum(fault => fault is PolicySyntaxException { Column: > 0 } ? 1 : 2);

    private ImmutableArray<PolicyFinding> Find()
    {
        foreach (var fault in report.Faults)
        {
            AddFault(fault);
        }

        AddRemarks();
        AddShadowed();
        foreach (var rule in report.Policy.Rules.All.Where(rule => rule.Line is not null))
        {
            foreach (var token in new[] { rule.Source, rule.Target, rule.Redirect, rule.DefaultTarget }.OfType<PolicyToken>())
            {
                AddWord(rule, token);
            }
        }

        return [.. findings.OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line).ThenBy(finding => finding.Column)
            .ThenBy(finding => finding.Kind).ThenBy(finding => finding.Text, StringComparer.Ordinal)];
    }

    private void AddFault(PolicyException fault) => findings.Add(fault switch
    {
        PolicySyntaxException syntax => new PolicyFinding(PolicyFindingKind.Unusable, syntax.File, syntax.Line, syntax.Column, syntax.Problem, syntax.Expected),
        PolicyBreakdownException breakdown => new PolicyFinding(PolicyFindingKind.Unusable, breakdown.File ?? "", 0, 0, breakdown.Message),
        _ => new PolicyFinding(PolicyFindingKind.Unusable, "", 0, 0, fault.Message),
    });

    private void AddRemarks()
    {
        foreach (var remark in report.Policy.Remarks.Where(remark => !remark.IsWarning))
        {
            findings.Add(new PolicyFinding(PolicyFindingKind.Deprecated, "", 0, 0, remark.Text));
        }

        foreach (var file in report.Policy.Files)
        {
            var text = LinesOf(file);
            for (var number = 1; number <= text.Length; number++)
            {
                if (PolicyWord.Split(text[number - 1]) is [{ Text: "!compat-4.0" } word])
                {
                    findings.Add(new PolicyFinding(
                        PolicyFindingKind.Deprecated, file, number, word.Column, "the old files of each service will not be read for ever", "their rules, in a file *.policy"));
                }
            }
        }
    }

    /// <summary>A line may be read many times, for other services each time: it is of use as long as one of them can decide.</summary>
    private void AddShadowed()
    {
        var useful = report.Policy.Rules.All.GroupBy(rule => (rule.File, rule.Line)).ToDictionary(group => group.Key, group => group.Count());
        var earlier = new Dictionary<(string File, int? Line), PolicyRule>();
        foreach (var (rule, decides) in PolicyReach.Shadowed(report.Policy.Rules.All))
        {
            useful[(rule.File, rule.Line)]--;
            earlier.TryAdd((rule.File, rule.Line), decides);
        }

        foreach (var (place, decides) in earlier.Where(one => one.Key.Line is not null && useful[one.Key] == 0))
        {
            findings.Add(new PolicyFinding(
                PolicyFindingKind.Shadowed, place.File, place.Line ?? 0, 0, $"this rule never decides: {Named(decides)} is about all that it is about, and comes first"));
        }
    }

    private static string Named(PolicyRule rule) => rule.Line is null ? $"the deny that ends {rule.File}" : rule.Place;

    private void AddWord(PolicyRule rule, PolicyToken token)
    {
        var named = token.Kind == PolicyTokenKind.DisposableOf ? token.Value : token.Text;
        switch (token.Kind)
        {
            case PolicyTokenKind.Type when !Classes.Contains(token.Value):
                findings.Add(Finding(rule, PolicyFindingKind.UnknownClass, token.Text, $"there is no class {PythonText.Repr(token.Value)}", string.Join(", ", Classes)));
                break;
            case PolicyTokenKind.Name when named.StartsWith('$'):
                findings.Add(Finding(rule, PolicyFindingKind.OldWord, token.Text, $"{PythonText.Repr(named)} is taken for the name of a qube here", "@" + named[1..]));
                break;
            case PolicyTokenKind.Name when IsWordWithoutAt(named):
                findings.Add(Finding(rule, PolicyFindingKind.OddName, token.Text, $"{PythonText.Repr(named)} is taken for the name of a qube", "@" + named));
                break;
            case PolicyTokenKind.Name when !IsName(named):
                findings.Add(Finding(rule, PolicyFindingKind.OddName, token.Text, $"no qube can be called {PythonText.Repr(named)}", "a letter, then letters, digits, . _ -"));
                break;
            case PolicyTokenKind.Name or PolicyTokenKind.Uuid or PolicyTokenKind.DisposableOf when system is not null && PolicyNames.Find(system, named) is null:
                findings.Add(Finding(rule, PolicyFindingKind.UnknownQube, token.Text, $"there is no qube {PythonText.Repr(named)}", null));
                break;
            default:
                break;
        }
    }

    private bool IsWordWithoutAt(string name) =>
        (name is "anyvm" or "adminvm" or "dispvm" or "default" && system?.Find(name) is null) ||
        name.StartsWith("tag:", StringComparison.Ordinal) || name.StartsWith("type:", StringComparison.Ordinal) || name.StartsWith("dispvm:", StringComparison.Ordinal);

    private static bool IsName(string text) =>
        char.IsAsciiLetter(text[0]) && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    private PolicyFinding Finding(PolicyRule rule, PolicyFindingKind kind, string word, string text, string? expected) =>
        new(kind, rule.File, rule.Line ?? 0, ColumnOf(rule, word), text, expected);

    // Where a word stands: a rule does not know it, since nobody else asks. Lines of older files are as long with $ as with @.
    private int ColumnOf(PolicyRule rule, string word)
    {
        var all = LinesOf(rule.File);
        var line = rule.Line is { } number && number <= all.Length ? all[number - 1] : "";
        foreach (var text in new[] { line, line.Replace('$', '@') })
        {
            foreach (var found in PolicyWord.Split(text, commasToo: !text.Contains(word, StringComparison.Ordinal) || !word.Contains(',', StringComparison.Ordinal)))
            {
                if (found.Text == word || found.Text.EndsWith("target=" + word, StringComparison.Ordinal))
                {
                    return found.Column + found.Text.Length - word.Length;
                }
            }
        }

        return 0;
    }

    private string[] LinesOf(string file) => lines.TryGetValue(file, out var known) ? known : lines[file] = source.Find(file).Lines();
}
