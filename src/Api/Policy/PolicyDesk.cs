using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Answers what the policy daemon is asked.</summary>
/// <param name="policy">The policy in force.</param>
/// <param name="system">The qubes of this moment.</param>
/// <param name="users">Those who are asked and told.</param>
/// <param name="logger">Where decisions are logged.</param>
/// <remarks>
/// Source: spec, policy 6; which lines are logged and who is told when is recorded. Nothing is locked while a user thinks: the answer is held against the
/// policy and the qubes of the moment of the question. For any number of threads.
/// </remarks>
internal sealed class PolicyDesk(PolicyInForce policy, Func<IPolicySystem> system, PolicyUsers users, ILogger logger)
{
    private const string Deny = "deny";
    private const string AllowTo = "allow:";

    // What the original calls a policy or a word that it cannot read.
    private const string Unreadable = "PolicySyntaxError";

    /// <summary>Answers.</summary>
    /// <param name="inquiry">What is asked.</param>
    /// <param name="whenGone">Gives a token that is triggered when the client hangs up; asked for only while a user is.</param>
    /// <returns>The answer; null when the client gets none.</returns>
    /// <exception cref="OperationCanceledException">The client hung up.</exception>
    internal ValueTask<string?> AnswerAsync(PolicyInquiry inquiry, Func<CancellationToken> whenGone)
    {
        IPolicySystem qubes;
        try
        {
            qubes = system();
        }
        catch (DomainException reason)
        {
            PolicyLog.NoSystem(logger, Show(inquiry.Service), Show(inquiry.Source), Show(inquiry.Target), PolicyLog.Reason(reason.Message));
            return new(PolicyAnswers.Denied);
        }

        if (inquiry.Asker is { } asker && !ShowsBoth(qubes, asker.Qube, inquiry))
        {
            PolicyLog.NotItsGui(logger, asker.Service, Show(asker.Qube));
            return new((string?)null);
        }

        var request = inquiry.Request;
        var matter = new PolicyMatter(inquiry, request, qubes, policy.Now().Judge(qubes, request));
        foreach (var remark in matter.Decision.Remarks)
        {
            Remark(remark);
        }

        return matter.Decision.Verdict switch
        {
            PolicyAllowed allowed => new(Allow(matter, allowed.Rule, allowed.Target)),
            PolicyAsked asked when inquiry.AssumeYes => new(Choose(matter, asked, matter.RequestedTarget)),
            PolicyAsked when inquiry.JustEvaluate => new(PolicyAnswers.Denied),
            PolicyAsked asked => AskAsync(matter, asked, whenGone),
            var refused => new(Refuse(matter, (PolicyDenied)refused)),
        };
    }

    private static string Show(string? untrustedText) => PolicyLog.Text(untrustedText);

    private static bool ShowsBoth(IPolicySystem qubes, string guiVm, PolicyInquiry inquiry) =>
        qubes.Find(inquiry.Source) is { } source && qubes.Find(inquiry.Target) is { } target &&
        source.HasTag("guivm-" + guiVm) && target.HasTag("guivm-" + guiVm);

    private async ValueTask<string?> AskAsync(PolicyMatter matter, PolicyAsked asked, Func<CancellationToken> whenGone)
    {
        var source = matter.Decision.Source ?? matter.Inquiry.Source;
        if (PolicyUsers.Find(matter.Qubes, source) is not { } caller)
        {
            return Unanswered(matter, "there is no such caller, so nobody to ask");
        }

        if (caller.GuiVm is not { } guiVm)
        {
            PolicyLog.NoGuiVm(logger, Show(matter.Request.Service), Show(source));
            return Refuse(matter, ByTheUser(asked));
        }

        try
        {
            return Answered(matter, asked, await users.AskAsync(guiVm, matter.Qubes, source, asked, matter.Request, whenGone()));
        }
        catch (PolicyAgentException nobody)
        {
            return nobody.IsUnreachable
                ? Unanswered(matter, nobody.Message)
                : Refuse(matter, new PolicyDenied(asked.Rule, nobody.Message, Notify: false)); // the same agent would be told
        }
        catch (OperationCanceledException)
        {
            PolicyLog.Abandoned(logger, Show(matter.Inquiry.Service), Show(source), Show(matter.Inquiry.Target));
            throw;
        }
    }

    private string? Answered(PolicyMatter matter, PolicyAsked asked, string untrustedAnswer)
    {
        if (untrustedAnswer == Deny)
        {
            return Refuse(matter, ByTheUser(asked));
        }

        if (untrustedAnswer.StartsWith(AllowTo, StringComparison.Ordinal))
        {
            return Choose(matter, asked, untrustedAnswer[AllowTo.Length..]);
        }

        PolicyLog.InvalidAnswer(logger, Show(matter.Request.Service), Show(untrustedAnswer.TrimEnd()));
        return Refuse(matter, new PolicyDenied(asked.Rule, "invalid response"));
    }

    private static PolicyDenied ByTheUser(PolicyAsked asked) => new(asked.Rule, "denied by the user " + asked.Rule.Place, Notify: false);

    private string? Choose(PolicyMatter matter, PolicyAsked asked, string untrustedTarget) => asked.Targets.Contains(untrustedTarget)
        ? Allow(matter, asked.Rule, untrustedTarget)
        : Refuse(matter, new PolicyDenied(asked.Rule, $"target {untrustedTarget} is not a valid choice"));

    private string? Allow(PolicyMatter matter, PolicyRule rule, string target)
    {
        if (matter.Inquiry.JustEvaluate)
        {
            return PolicyAnswers.Allowed;
        }

        var request = matter.Request;
        var source = matter.Decision.Source ?? request.Source;
        PolicyLog.Allowed(logger, Show(request.Service + request.Argument), Show(source), Show(matter.Decision.Target), Show(target));
        var (text, refusal, remark) = PolicyAnswers.Execute(matter.Qubes, matter.Decision, rule, target, request);
        if (remark is not null)
        {
            Remark(remark);
        }

        if (refusal is not null)
        {
            return Refuse(matter, refusal);
        }

        return !rule.Notify || Tell(matter, source, new PolicyNotice(true, request.Service, request.Argument, source, target)) ? text : null;
    }

    private string? Refuse(PolicyMatter matter, PolicyDenied refusal)
    {
        var (inquiry, request) = (matter.Inquiry, matter.Request);
        if (refusal.IsUnanswered)
        {
            return Unanswered(matter, $"{refusal.ClassName}: {refusal.Reason}");
        }

        if (refusal.ClassName == Unreadable)
        {
            PolicyLog.NotLoaded(logger, Show(inquiry.Service), Show(inquiry.Source), Show(inquiry.Target), PolicyLog.Reason(refusal.Reason));
            return PolicyAnswers.Denied;
        }

        PolicyLog.Denied(logger, Show(inquiry.Service), Show(inquiry.Source), Show(inquiry.Target), PolicyLog.Reason(refusal.Reason));
        return inquiry.JustEvaluate || !refusal.Notify ||
            Tell(matter, request.Source, new PolicyNotice(false, request.Service, request.Argument, request.Source, request.Target))
            ? PolicyAnswers.Denied
            : null;
    }

    // A caller that does not exist has no user: the original answers nothing then.
    private bool Tell(PolicyMatter matter, string source, PolicyNotice notice)
    {
        if (PolicyUsers.Find(matter.Qubes, source) is not { } caller)
        {
            Unanswered(matter, "there is no such caller, so nobody to tell");
            return false;
        }

        if (caller.GuiVm is { } guiVm)
        {
            users.Tell(guiVm, notice);
        }

        return true;
    }

    private string? Unanswered(PolicyMatter matter, string reason)
    {
        var inquiry = matter.Inquiry;
        PolicyLog.Unanswered(logger, Show(inquiry.Service), Show(inquiry.Source), Show(inquiry.Target), PolicyLog.Reason(reason));
        return null;
    }

    private void Remark(PolicyRemark remark) => PolicyLog.Remark(logger, PolicyLog.Reason(remark.Text));
}
