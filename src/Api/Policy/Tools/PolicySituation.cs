using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A policy and the qubes that it is asked about, of now or of a moment in the past.</summary>
/// <param name="Source">The files.</param>
/// <param name="Rules">The rules; none when the policy cannot be used.</param>
/// <param name="Fault">Why the policy cannot be used; null when it can.</param>
/// <param name="System">The qubes.</param>
/// <param name="Names">The names of all qubes, in order.</param>
/// <param name="Position">The position of the log that all this is of; null for now.</param>
internal sealed record PolicySituation(
    IPolicySource Source, PolicyRules Rules, PolicyException? Fault, IPolicySystem System, ImmutableArray<string> Names, LogPosition? Position)
{
    /// <summary>Judges a call, and tells how.</summary>
    internal PolicyExplanation Explain(PolicyRequest request) => Fault is { } fault
        ? new PolicyExplanation(new PolicyDecision(PolicyDenied.By(fault), null, null, []), [], [])
        : PolicyEvaluator.Explain(Rules, System, request);

    /// <summary>A line of a file as somebody wrote it, trimmed; empty for rules that nobody wrote.</summary>
    internal string LineOf(PolicyRule rule)
    {
        var lines = rule.Line is null ? [] : Source.Find(rule.File).Lines();
        return rule.Line is { } line && line <= lines.Length ? lines[line - 1].Trim() : "";
    }
}
