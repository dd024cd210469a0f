using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What holds for every policy: the compiled form judges as going through the lines does, and nothing in a file breaks the reader.</summary>
/// <remarks><c>QUBES_TEST_POLICY_CASES</c> sets how many calls are judged, <c>QUBES_TEST_SEED</c> which.</remarks>
public sealed class PolicyLaws
{
    private const int CallsPerPolicy = 8;

    [Fact]
    public void The_compiled_form_judges_as_the_lines_do()
    {
        var count = Number("QUBES_TEST_POLICY_CASES") ?? 100_000;
        var seed = Number("QUBES_TEST_SEED") ?? Environment.TickCount & 0xffffff;
        var kinds = new Dictionary<string, int>();
        for (var at = 0; at < count / CallsPerPolicy; at++)
        {
            Check(seed + at, kinds);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: " + string.Join(", ", kinds.Select(kind => $"{kind.Value} {kind.Key}")));
        if (count >= 1000)
        {
            Assert.All(["allow", "deny", "ask", "refused", "unusable"], kind => Assert.True(kinds.GetValueOrDefault(kind) > count / 100, $"hardly any: {kind}, seed {seed}"));
        }
    }

    [Fact]
    public void Nothing_in_a_file_breaks_the_reader()
    {
        var seed = Number("QUBES_TEST_SEED") ?? Environment.TickCount & 0xffffff;
        var random = new Random(seed);
        const string Characters = "@$*+,=:!#-._/ \t\r\n\0\u001c\u00a0\u2028é𝄞abcxyz0129";
        string[] words = ["!include", "!include-dir", "!include-service", "!compat-4.0", "@include:", "allow", "ask", "deny", "target=", "@tag:", "@dispvm:", "@type:", "uuid:", "test.Svc", "+", "\n"];
        for (var at = 0; at < 20_000; at++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(60); length > 0; length--)
            {
                text.Append(random.Next(3) == 0 ? words[random.Next(words.Length)] + " " : Characters[random.Next(Characters.Length)]);
            }

            var file = random.Next(4) == 0 ? "/etc/qubes-rpc/policy/x" : "/etc/qubes/policy.d/x.policy";
            var files = RandomPolicies.Folders.Aggregate(PolicyFiles.None, (all, folder) => all.With(folder, PolicyFile.Folder))
                .With("/etc/qubes/policy.d/z.policy", PolicyFile.Of("!compat-4.0")).With(file, PolicyFile.Of(text.ToString()));
            try
            {
                PolicyLoader.Load(files, PolicyLocations.Standard);
            }
            catch (PolicyException)
            {
            }
            catch (Exception other)
            {
                Assert.Fail($"seed {seed}, case {at}: {other}\n{text}");
            }
        }
    }

    [Fact]
    public void Files_that_include_each_other_end_soon()
    {
        var doubling = Enumerable.Range(0, 60).Aggregate(
            PolicyFiles.None.With("/run/qubes/policy.d", PolicyFile.Folder).With("/etc/qubes/policy.d/a.policy", PolicyFile.Of("!include include/0")),
            (files, at) => files.With("/etc/qubes/policy.d/include/" + at, PolicyFile.Of($"!include include/{at + 1}\n!include include/{at + 1}\n")))
            .With("/etc/qubes/policy.d/include/60", PolicyFile.Of("* * * * deny"));
        var circle = PolicyFiles.None.With("/run/qubes/policy.d", PolicyFile.Folder).With("/etc/qubes/policy.d/a.policy", PolicyFile.Of("!include include/0"))
            .With("/etc/qubes/policy.d/include/0", PolicyFile.Of("!include-service a * include/0\n!include include/0"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.ThrowsAny<PolicyException>(() => PolicyLoader.Load(doubling, PolicyLocations.Standard));
        Assert.ThrowsAny<PolicyException>(() => PolicyLoader.Load(circle, PolicyLocations.Standard));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 20_000);
    }

    private static void Check(int seed, Dictionary<string, int> kinds)
    {
        var random = new RandomPolicies(seed);
        var (files, qubes) = (random.Files(), random.Qubes());
        var first = new PolicyCase(files, RandomPolicies.Folders, qubes, random.Request());
        IReadOnlyList<NaiveRule>? rules = null;
        LoadedPolicy? loaded = null;
        var (naive, compiled) = ("", "");
        try
        {
            rules = NaiveReader.Read(files.ToDictionary(file => file.Key, file => string.Join('\n', file.Value), StringComparer.Ordinal), RandomPolicies.Folders);
        }
        catch (NaiveFault fault)
        {
            naive = PolicyCase.NaiveText(fault);
        }

        try
        {
            loaded = PolicyLoader.Load(first.Source(), PolicyLocations.Standard);
        }
        catch (PolicyException fault)
        {
            compiled = PolicyCase.CompiledText(fault);
        }

        var system = first.System();
        var useless = loaded is null || seed % 8 != 0 ? [] : PolicyLint.Check(first.Source(), PolicyLocations.Standard, system)
            .Where(finding => finding.Kind == PolicyFindingKind.Shadowed).Select(finding => $"{finding.File}:{finding.Line}").ToHashSet();
        for (var call = 0; call < CallsPerPolicy; call++)
        {
            var one = call == 0 ? first : first with { Request = random.Request() };
            naive = rules is null ? naive : one.Naive(rules);
            compiled = loaded is null ? compiled : one.Compiled(loaded.Rules, system);
            if (naive != compiled)
            {
                Fail(seed, one);
            }

            if (loaded is not null)
            {
                CheckExplanation(seed, one, loaded.Rules, system, useless);
            }

            var kind = new[] { "unusable", "refused", "unanswered", "allow", "ask" }.FirstOrDefault(kind => naive.Contains(kind == "ask" ? " ask " : kind, StringComparison.Ordinal), "deny");
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }
    }

    private static void CheckExplanation(int seed, PolicyCase one, PolicyRules rules, IPolicySystem system, HashSet<string> useless)
    {
        var (judged, explained) = (PolicyEvaluator.Judge(rules, system, one.Request), PolicyEvaluator.Explain(rules, system, one.Request));
        var decided = judged.Verdict.Rule;
        var chosen = explained.Choices.Aggregate(
            ImmutableSortedSet.Create<string>(StringComparer.Ordinal), (choices, step) => choices.Union(step.Added).Except(step.Removed));
        var same = judged.Target == explained.Decision.Target && ReferenceEquals(decided, explained.Decision.Verdict.Rule) && judged.Verdict.GetType() == explained.Decision.Verdict.GetType();
        var last = decided is null || (ReferenceEquals(explained.Considered[^1].Rule, decided) && explained.Considered[^1].Mismatch == PolicyMismatch.None);
        var others = explained.Considered.SkipLast(1).All(considered => considered.Mismatch is not (PolicyMismatch.None or PolicyMismatch.Breakdown));
        var asked = judged.Verdict is not PolicyAsked { Rule.Redirect: null } question || question.Targets.SequenceEqual(chosen);
        Assert.True(same && last && others && asked, $"seed {seed}: the explanation is another\n{one}");
        Assert.True(decided is null || !useless.Contains(decided.Place), $"seed {seed}: a rule decides that is said never to\n{one}\n{decided}");
    }

    private static void Fail(int seed, PolicyCase one)
    {
        var small = Shrunk(one);
        Assert.Fail($"seed {seed}:\n{small}\n\nline by line: {small.Naive()}\ncompiled: {small.Compiled()}");
    }

    // Leaves out lines, files and qubes as long as the two disagree.
    private static PolicyCase Shrunk(PolicyCase one)
    {
        bool Differs(PolicyCase tried) => tried.Naive() != tried.Compiled();
        for (var smaller = true; smaller;)
        {
            smaller = false;
            var tries = one.Files.Keys.Select(path => one with { Files = one.Files.Remove(path) })
                .Concat(one.Files.SelectMany(file => file.Value.Select((_, line) => one with { Files = one.Files.SetItem(file.Key, file.Value.RemoveAt(line)) })))
                .Concat(one.Qubes.Skip(1).Select(qube => one with { Qubes = one.Qubes.Remove(qube) }));
            if (tries.FirstOrDefault(Differs) is { } found)
            {
                (one, smaller) = (found, true);
            }
        }

        return one;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
