using System.Collections.Concurrent;

namespace Qubes.Cqrs.Domain;

/// <summary>What the rules about a service stand for in one state of the qubes, worked out once, so that a question only joins sets.</summary>
/// <param name="rules">The rules.</param>
/// <param name="targets">The set of choices that each rule's target stands for.</param>
internal sealed class PolicyRuleSets(PolicyRule[] rules, ulong[][] targets)
{
    // By caller: at most one for each qube, since others are not kept.
    private readonly ConcurrentDictionary<string, int[]> bySource = new(StringComparer.Ordinal);

    /// <summary>The set of choices that a rule's target stands for.</summary>
    /// <param name="place">The place of the rule.</param>
    internal ulong[] TargetsOf(int place) => targets[place];

    /// <summary>The places of the rules that are about the caller, the last first.</summary>
    internal int[] From(PolicyCall call, PolicyRequest request)
    {
        if (call.Source?.Name != request.Source)
        {
            return Find(call); // not by its name
        }

        return bySource.TryGetValue(request.Source, out var places) ? places : bySource.GetOrAdd(request.Source, Find(call));
    }

    private int[] Find(PolicyCall call)
    {
        var places = new List<int>();
        for (var place = rules.Length - 1; place >= 0; place--)
        {
            if (call.IsFrom(rules[place].Source))
            {
                places.Add(place);
            }
        }

        return [.. places];
    }
}
