using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What the policy of a state says of a call: <c>allow</c>, <c>ask</c> or <c>deny</c>; none as long as the log did not know the policy.</summary>
/// <param name="request">The call.</param>
internal sealed class ConditionPolicy(PolicyRequest request)
{
    // Most states have the same policy as the one before.
    private (PolicyFiles Files, PolicyRules? Rules) last = (PolicyFiles.None, null);

    /// <summary>Judges the call.</summary>
    internal ConditionValue Of(World world)
    {
        if (world.Policy.Entries.IsEmpty)
        {
            return ConditionValue.None;
        }

        if (!ReferenceEquals(last.Files, world.Policy))
        {
            last = (world.Policy, RulesOf(world.Policy));
        }

        return new ConditionValue(last.Rules is { } rules ? WordOf(PolicyEvaluator.Judge(rules, new WorldPolicySystem(world), request).Verdict) : "deny");
    }

    private static string WordOf(PolicyVerdict verdict) => verdict switch
    {
        PolicyAllowed => "allow",
        PolicyAsked => "ask",
        _ => "deny",
    };

    // A policy that cannot be used denies everything.
    private static PolicyRules? RulesOf(PolicyFiles files)
    {
        try
        {
            return PolicyLoader.Load(files, PolicyLocations.Standard).Rules;
        }
        catch (PolicyException)
        {
            return null;
        }
    }
}
