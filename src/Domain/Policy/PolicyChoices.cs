using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Qubes.Cqrs.Domain;

/// <summary>All that users can choose among when they are asked: the qubes, and disposables of each template.</summary>
/// <remarks>
/// Each word of a policy stands for a set of them. A set is a bit for each, so that a question over hundreds of rules and qubes is answered in microseconds;
/// the sets are made once for a state of the qubes. For any number of threads.
/// </remarks>
public sealed class PolicyChoices
{
    /// <summary>Stands for a disposable of a template that does not exist.</summary>
    internal const string Unknown = "@unknown";

    private readonly ImmutableArray<IPolicyQube> qubes;
    private readonly ImmutableArray<string> names;
    private readonly Dictionary<string, int> places;

    // By the very array of rules: those of a policy that is not in force any more go with it.
    private readonly ConditionalWeakTable<PolicyRule[], PolicyRuleSets> sets = [];

    private readonly ConditionalWeakTable<IPolicySystem, ulong[]> running = [];

    /// <summary>Numbers them.</summary>
    /// <param name="all">All qubes.</param>
    public PolicyChoices(IEnumerable<IPolicyQube> all)
    {
        qubes = [.. all];
        names = [PolicyTokens.Disposable, Unknown, .. qubes.Select(qube => qube.Name), .. qubes.Select(DisposableOf)];
        names = names.Sort(StringComparer.Ordinal);
        places = names.Select((name, place) => (name, place)).ToDictionary(pair => pair.name, pair => pair.place, StringComparer.Ordinal);
        Hidden = SetOf(qubes.Where(qube => qube.IsInternal).SelectMany(qube => new[] { qube.Name, DisposableOf(qube) }));
    }

    /// <summary>All qubes, in the order in which they were given.</summary>
    public ImmutableArray<IPolicyQube> Qubes => qubes;

    /// <summary>What users never choose.</summary>
    internal ulong[] Hidden { get; }

    /// <summary>An empty set.</summary>
    internal ulong[] Empty => new ulong[(names.Length + 63) / 64];

    /// <summary>What rules about a service stand for; in their targets <c>@default</c> stands for nothing and <c>@dispvm</c> for itself.</summary>
    internal PolicyRuleSets SetsOf(PolicyRule[] rules) => sets.GetValue(rules, Expand);

    /// <summary>The place of a choice; negative when it is none.</summary>
    internal int PlaceOf(string name) => places.TryGetValue(name, out var place) ? place : -1;

    /// <summary>The choices of a set in order.</summary>
    internal ImmutableArray<string> Names(ulong[] set)
    {
        var chosen = ImmutableArray.CreateBuilder<string>();
        for (var word = 0; word < set.Length; word++)
        {
            for (var left = set[word]; left != 0; left &= left - 1)
            {
                chosen.Add(names[(word * 64) + System.Numerics.BitOperations.TrailingZeroCount(left)]);
            }
        }

        return chosen.DrainToImmutable();
    }

    /// <summary>What runs, so can be called without being started: that alone changes without the qubes being changed.</summary>
    internal ulong[] Running(IPolicySystem system) =>
        running.GetValue(system, seen => SetOf(qubes.Select(qube => qube.Name).Where(name => seen.Find(name)?.IsRunning == true)));

    // Many rules say the same word.
    private PolicyRuleSets Expand(PolicyRule[] rules)
    {
        var words = new Dictionary<PolicyToken, ulong[]>();
        return new PolicyRuleSets(
            rules, Array.ConvertAll(rules, rule => words.TryGetValue(rule.Target, out var set) ? set : words[rule.Target] = Expand(rule.Target)));
    }

    private ulong[] Expand(PolicyToken token) => SetOf(token.Kind switch
    {
        PolicyTokenKind.Anything => [.. qubes.Select(qube => qube.Name), .. Disposables(qubes)],
        PolicyTokenKind.AnyVm => [.. qubes.Select(qube => qube.Name).Where(name => name != "dom0"), .. Disposables(qubes)],
        PolicyTokenKind.Disposable => [PolicyTokens.Disposable],
        PolicyTokenKind.AdminVm => ["dom0"],
        PolicyTokenKind.Type => qubes.Where(qube => qube.ClassName == token.Value).Select(qube => qube.Name),
        PolicyTokenKind.Tag => qubes.Where(qube => qube.HasTag(token.Value)).Select(qube => qube.Name),
        PolicyTokenKind.Name => [token.Value],
        PolicyTokenKind.Uuid => qubes.Where(qube => qube.Uuid == token.Value).Select(qube => qube.Name),
        PolicyTokenKind.DisposableOf => [Find(token.Value) is { } template ? DisposableOf(template) : Unknown],
        PolicyTokenKind.DisposableOfTag => qubes.Where(qube => qube.IsTemplateForDisposables && qube.HasTag(token.Value)).Select(DisposableOf),
        _ => [],
    });

    private IPolicyQube? Find(string text) => text.StartsWith(PolicyTokens.Uuid, StringComparison.Ordinal)
        ? qubes.FirstOrDefault(qube => qube.Uuid == text[PolicyTokens.Uuid.Length..])
        : qubes.FirstOrDefault(qube => qube.Name == text);

    private static IEnumerable<string> Disposables(IEnumerable<IPolicyQube> qubes) =>
        qubes.Where(qube => qube.IsTemplateForDisposables).Select(DisposableOf).Prepend(PolicyTokens.Disposable);

    private static string DisposableOf(IPolicyQube template) => PolicyTokens.DisposableOf + template.Name;

    private ulong[] SetOf(IEnumerable<string> chosen)
    {
        var set = Empty;
        foreach (var name in chosen)
        {
            if (places.TryGetValue(name, out var place))
            {
                set[place / 64] |= 1UL << (place % 64);
            }
        }

        return set;
    }
}
