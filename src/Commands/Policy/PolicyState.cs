using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>A policy that is in force.</summary>
/// <param name="Rules">Its rules; none when it cannot be used.</param>
/// <param name="Fault">Why it cannot be used, so that every call is denied; null when it can.</param>
/// <param name="Loaded">All that was read; null when it cannot be used.</param>
public sealed record PolicyState(PolicyRules Rules, PolicyException? Fault, LoadedPolicy? Loaded)
{
    /// <summary>Reads a policy.</summary>
    public static PolicyState Of(IPolicySource source, PolicyLocations locations)
    {
        try
        {
            var loaded = PolicyLoader.Load(source, locations);
            return new PolicyState(loaded.Rules, null, loaded);
        }
        catch (PolicyException reason)
        {
            return new PolicyState(PolicyRules.None, reason, null);
        }
    }

    /// <summary>Judges a call.</summary>
    public PolicyDecision Judge(IPolicySystem system, PolicyRequest request) =>
        Fault is { } fault ? new PolicyDecision(PolicyDenied.By(fault), null, null, []) : PolicyEvaluator.Judge(Rules, system, request);
}
