using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>The rules of a policy, so arranged that those about a service are found at once.</summary>
public sealed class PolicyRules
{
    /// <summary>No rules: everything is denied.</summary>
    public static readonly PolicyRules None = new([]);

    private readonly FrozenDictionary<string, PolicyRule[]> byService;
    private readonly PolicyRule[] ofAll;

    /// <summary>Arranges rules.</summary>
    /// <param name="rules">In the order in which they count: the first that matches decides.</param>
    public PolicyRules(ImmutableArray<PolicyRule> rules)
    {
        All = rules;
        ofAll = [.. rules.Where(rule => rule.Service is null)];
        byService = rules.Select(rule => rule.Service).OfType<string>().Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(service => service, service => rules.Where(rule => rule.Service is null || rule.Service == service).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>All rules in order.</summary>
    public ImmutableArray<PolicyRule> All { get; }

    /// <summary>The rules that may be about a service, in order.</summary>
    public ReadOnlySpan<PolicyRule> Of(string service) => About(service);

    /// <summary>The same as <see cref="Of"/>; the same array each time.</summary>
    internal PolicyRule[] About(string service) => byService.TryGetValue(service, out var rules) ? rules : ofAll;
}
