namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Why a call is judged as it is.</summary>
public sealed class PolicyExplanationTests
{
    private const string Policy =
        "other * * * deny\nsvc +b work vault allow\nsvc * vault vault allow\nsvc * work secret allow\nsvc * @anyvm @tag:hidden deny\nsvc * @anyvm @dispvm ask\nsvc * @anyvm @anyvm ask autostart=no\nsvc * * * deny";

    [Fact]
    public void Each_rule_tells_what_of_it_does_not_fit_up_to_the_one_that_decides()
    {
        var told = PolicyEvaluator.Explain(Some.Rules(Policy), Some.System, new PolicyRequest("svc", "+a", "work", "vault"));
        Assert.Equal(
            [
                (1, PolicyMismatch.Service), (2, PolicyMismatch.Argument), (3, PolicyMismatch.Source), (4, PolicyMismatch.Target), (5, PolicyMismatch.Target), (6, PolicyMismatch.Target),
                (7, PolicyMismatch.None),
            ],
            told.Considered.Select(one => (one.Rule.Line ?? 0, one.Mismatch)));
        Assert.Equal(7, told.Decision.Verdict.Rule?.Line);
    }

    [Fact]
    public void The_choices_of_a_question_are_told_step_by_step()
    {
        var told = PolicyEvaluator.Explain(Some.Rules(Policy.Replace(" autostart=no", "", StringComparison.Ordinal)), Some.System, new PolicyRequest("svc", "+a", "work", "vault"));
        Assert.Equal(
            [
                "Rule 8",
                "Rule 7 +@dispvm +@dispvm:dvm +dvm +inner +secret +vault +work",
                "Rule 6",
                "Rule 5 -secret",
                "Rule 4 +secret",
                "DefaultDisposable -@dispvm",
                "Internal -inner",
                "Caller -work",
            ],
            told.Choices.Select(step => string.Join(
                ' ', [step.Cause + (step.Rule is null ? "" : " " + step.Rule.Line), .. step.Added.Select(name => "+" + name), .. step.Removed.Select(name => "-" + name)])));
        Assert.Equal(["@dispvm:dvm", "dvm", "secret", "vault"], Assert.IsType<PolicyAsked>(told.Decision.Verdict).Targets);
    }

    [Fact]
    public void What_does_not_run_falls_away_when_it_is_not_to_be_started()
    {
        var told = PolicyEvaluator.Explain(Some.Rules("svc * work @anyvm ask autostart=no\nsvc * work dom0 ask"), Some.System, new PolicyRequest("svc", "+a", "work", "vault"));
        Assert.Equal(["@dispvm:dvm", "dvm", "secret", "vault"], told.Choices.Single(step => step.Cause == PolicyChoiceCause.NotRunning).Removed);
        Assert.Equal(["dom0"], Assert.IsType<PolicyAsked>(told.Decision.Verdict).Targets);
    }

    [Fact]
    public void A_rule_that_nobody_can_judge_is_the_last()
    {
        var told = PolicyEvaluator.Explain(Some.Rules("svc * * @dispvm:dvm allow\nsvc * * * allow"), Some.System, new PolicyRequest("svc", "+a", "vault", "@dispvm"));
        Assert.Equal(PolicyMismatch.Breakdown, Assert.Single(told.Considered).Mismatch);
        Assert.True(Assert.IsType<PolicyDenied>(told.Decision.Verdict).IsUnanswered);
    }

    [Fact]
    public void A_call_that_is_not_understood_is_held_against_nothing() =>
        Assert.Empty(PolicyEvaluator.Explain(Some.Rules(Policy), Some.System, new PolicyRequest("svc", "+a", "work", "@tag:x")).Considered);
}
