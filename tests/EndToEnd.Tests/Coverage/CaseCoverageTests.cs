using System.Text.RegularExpressions;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Whatever is built and documented has a case that shows it, recorded or written from the specification.</summary>
public sealed partial class CaseCoverageTests
{
    // Why a method is not built.
    private static readonly Dictionary<string, string[]> NotBuiltYet = new()
    {
        ["waits for backup"] = ["admin.backup.Execute", "admin.backup.Cancel", "admin.backup.Info"],
        ["comes with a package beside the daemon"] =
        [
            "admin.vm.device.{class}.Assign", "admin.vm.device.{class}.Assigned", "admin.vm.device.{class}.Attach", "admin.vm.device.{class}.Attached",
            "admin.vm.device.{class}.Available", "admin.vm.device.{class}.Detach", "admin.vm.device.{class}.List", "admin.vm.device.{class}.Set.assignment",
            "admin.vm.device.{class}.Set.persistent", "admin.vm.device.{class}.Unassign",
        ],
        ["another program of dom0 serves it"] =
        [
            "admin.vm.volume.Import", "admin.vm.volume.ImportWithSize", "policy.EvalSimple", "policy.EvalGUI",
        ],
    };

    // What is not built is told in docs/status.md.
    private const string NotBuilt = "QubesNotImplementedError";

    private static readonly Dictionary<string, string> NeverSucceeds = new()
    {
        ["admin.vm.Create.AdminVM"] = "there is one AdminVM",
        ["admin.vm.CreateInPool.AdminVM"] = "there is one AdminVM",
    };

    // What takes more than a script, and the test that shows it.
    private static readonly Dictionary<string, string> ShownElsewhere = new()
    {
        ["Expecting a path inside <folder>"] = "RecordedPolicyCallTests",
        ["Failed to suspend some qubes: <texts>"] = "HostSuspensionTests",
        ["Too many clients follow the state; try again later"] = "StateChangesTests",
        ["There is no position <position>: the log goes from 0 to <newest>"] = "UndoTests",
        ["The event log is not available"] = "LogCallsTests",
        ["Others are searching the log; try again"] = "LogCallsTests",
        ["there is no position <position>: the log goes from 0 to <newest>"] = "AskedLogTests",
        ["the log begins at <time>, so it does not know what was at <time>"] = "AskedLogTests",
        ["A view is being rebuilt already; try again when that is done"] = "RebuildTests",
        ["The view cannot be rebuilt: <reason>"] = "none yet: it takes a server that is lost at the right moment",
    };

    private static readonly IReadOnlyList<Case> Known = Case.All();
    private static readonly IReadOnlyList<Case> Cases = [.. Known.Where(played => !played.Waits)];
    private static readonly IReadOnlySet<string> Table = Rows().Select(row => row.Name).ToHashSet();
    private static readonly IReadOnlySet<string> Built = Rows().Where(row => row.IsBuilt).Select(row => row.Name).ToHashSet();

    [Fact]
    public void Every_method_is_built_or_its_reason_is_known()
    {
        var missing = Table.Except(Built).Order(StringComparer.Ordinal).ToList();
        var text = string.Join('\n', missing.Select(name => $"  {name}: {Reason(NotBuiltYet, name) ?? "NO REASON"}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Built.Count} of {Table.Count} methods are built (docs/status.md); the others:\n{text}");
        AssertNone("methods that are neither built nor wait for anything", missing.Where(name => Reason(NotBuiltYet, name) is null));
        AssertNone("methods that are built by now", NotBuiltYet.Values.SelectMany(names => names).Where(name => !Names(name).Overlaps(missing)));
    }

    [Fact]
    public void Every_built_method_has_a_case_that_succeeds()
    {
        var shown = Cases.Where(played => played.Succeeds).Select(played => played.Method).ToHashSet();
        AssertNone("methods without a case that succeeds", Built.Where(name => !shown.Contains(name) && !NeverSucceeds.ContainsKey(name)));
    }

    [Fact]
    public void Every_documented_refusal_of_a_built_method_has_a_case() => AssertShown(
        from method in DocumentedMethod.All
        where method.Names.Any(Built.Contains)
        from refusal in method.Refusals
        where !ShownElsewhere.ContainsKey(refusal.Text)
        select (method.Name, refusal, new Func<Case, bool>(played => method.Names.Contains(played.Method) && refusal.IsMetBy(played))));

    [Fact]
    public void Every_shared_refusal_has_a_case() => AssertShown(
        from shared in DocumentedMethod.Shared.Values
        where shared.Name == "every call" || DocumentedMethod.All.Any(method => method.Groups.Contains(shared.Name) && method.Names.Any(Built.Contains))
        from refusal in shared.Refusals
        select (shared.Name, refusal, new Func<Case, bool>(refusal.IsMetBy)));

    [Fact]
    public void Every_refusal_that_a_case_shows_is_documented() => AssertNone(
        "refusals that the documentation does not name",
        from played in Cases
        where !played.Succeeds && played.ClassName != NotBuilt && Built.Contains(played.Method)
        let method = DocumentedMethod.All.First(method => method.Names.Contains(played.Method) && (method.Name == played.Method || !Exact.Contains(played.Method)))
        where !method.AllRefusals.Any(refusal => refusal.IsMetBy(played))
        select $"{played.Method}: {played.ClassName}: {played.Text} ({played.Id})");

    private static readonly IReadOnlySet<string> Exact = DocumentedMethod.All.Select(method => method.Name).ToHashSet();

    private static string? Reason(Dictionary<string, string[]> reasons, string name) =>
        reasons.FirstOrDefault(pair => pair.Value.Any(known => known == name || Names(known).Contains(name))).Key;

    // The method as it is called, with each class that there may be.
    private static IReadOnlySet<string> Names(string name) => DocumentedMethod.All.Single(method => method.Name == name).Names;

    // What is shown only by lines that wait for something that is not built is told, not failed.
    private static void AssertShown(IEnumerable<(string Name, DocumentedRefusal Refusal, Func<Case, bool> IsShownBy)> due)
    {
        var silent = due.Where(refusal => !Cases.Any(refusal.IsShownBy))
            .ToLookup(refusal => Known.Any(refusal.IsShownBy), refusal => $"{refusal.Name}: {refusal.Refusal}");
        TestContext.Current.TestOutputHelper?.WriteLine($"refusals whose cases wait for something that is not built:\n  {string.Join("\n  ", silent[true])}");
        AssertNone("documented refusals without a case, recorded or in Transcripts/written", silent[false]);
    }

    private static void AssertNone(string what, IEnumerable<string> found)
    {
        var list = found.ToList();
        Assert.True(list.Count == 0, $"{list.Count} {what}:\n  {string.Join("\n  ", list)}");
    }

    // docs/status.md is checked against the method table of the daemon.
    private static IEnumerable<(string Name, bool IsBuilt)> Rows() =>
        Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "status.md")))
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value.StartsWith("built", StringComparison.Ordinal)));

    [GeneratedRegex(@"^\| `([^`]+)` \| (.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
