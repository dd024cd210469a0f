using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Notes what the evaluator does, for who asks why; it takes part in nothing.</summary>
internal sealed class PolicyTrace
{
    private readonly ImmutableArray<PolicyConsidered>.Builder considered = ImmutableArray.CreateBuilder<PolicyConsidered>();
    private readonly ImmutableArray<PolicyChoiceStep>.Builder choices = ImmutableArray.CreateBuilder<PolicyChoiceStep>();
    private ImmutableArray<string> chosen = [];

    internal void Consider(PolicyRule rule) => considered.Add(new PolicyConsidered(rule, PolicyMismatch.Breakdown)); // until it is known better

    internal void Consider(PolicyRule rule, PolicyMismatch mismatch) => considered[^1] = new PolicyConsidered(rule, mismatch);

    internal void Choose(PolicyRule? rule, PolicyChoiceCause cause, ImmutableArray<string> now)
    {
        if (rule is not null || !now.SequenceEqual(chosen))
        {
            choices.Add(new PolicyChoiceStep(cause, rule, [.. now.Except(chosen)], [.. chosen.Except(now)]));
        }

        chosen = now;
    }

    internal PolicyExplanation Explain(PolicyDecision decision) => new(decision, considered.ToImmutable(), choices.ToImmutable());
}
