using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>How a call came to be judged as it is, for people.</summary>
/// <param name="situation">The policy and the qubes.</param>
/// <param name="outcome">What becomes of the call.</param>
/// <param name="explanation">How that came about.</param>
/// <param name="all">Whether rules about other services are shown as well.</param>
internal sealed class PolicyExplanationText(PolicySituation situation, PolicyOutcome outcome, PolicyExplanation explanation, bool all)
{
    private const int LineWidth = 6;

    private readonly StringBuilder text = new();
    private string file = "";

    /// <summary>The whole text.</summary>
    internal string Write()
    {
        foreach (var considered in explanation.Considered.Where(considered => all || considered.Mismatch != PolicyMismatch.Service))
        {
            WriteRule(considered);
        }

        var others = explanation.Considered.Count(considered => considered.Mismatch == PolicyMismatch.Service);
        if (others > 0 && !all)
        {
            text.Append(CultureInfo.InvariantCulture, $"({others} {(others == 1 ? "rule" : "rules")} about other services; --all shows them)\n");
        }

        WriteChoices();
        text.Append(text.Length > 0 ? "\n" : "");
        return TerminalText.Printable(text.ToString()) + PolicyOutcomeText.Of(situation, outcome);
    }

    private void WriteRule(PolicyConsidered considered)
    {
        var rule = considered.Rule;
        if (rule.File != file)
        {
            text.Append(file.Length > 0 ? "\n" : "").Append(file = rule.File).Append('\n');
        }

        var number = rule.Line?.ToString(CultureInfo.InvariantCulture) ?? "-";
        var line = rule.Line is null ? $"({rule.Source} {rule.Target} deny, which ends a file for one argument)" : situation.LineOf(rule);
        text.Append(number.PadLeft(LineWidth)).Append("  ").Append(line).Append('\n').Append(' ', LineWidth + 2).Append("  ").Append(Why(considered)).Append('\n');
    }

    private string Why(PolicyConsidered considered) => considered.Mismatch switch
    {
        PolicyMismatch.None => "=> decides",
        PolicyMismatch.Service => $"about {considered.Rule.Service}, not {outcome.Request.Service}",
        PolicyMismatch.Argument => $"about the argument {considered.Rule.Argument}, not {outcome.Request.Argument}",
        PolicyMismatch.Source => $"{explanation.Decision.Source ?? outcome.Request.Source} is not {considered.Rule.Source}",
        PolicyMismatch.Target => $"{explanation.Decision.Target ?? outcome.Request.Target} is not {considered.Rule.Target}",
        _ => "=> cannot be told, so nothing is allowed",
    };

    private void WriteChoices()
    {
        if (explanation.Choices.IsEmpty)
        {
            return;
        }

        text.Append("\nThe choices, from the last rule to the first:\n");
        foreach (var step in explanation.Choices)
        {
            text.Append("  ").Append(Cause(step)).Append('\n');
            WriteNames('+', step.Added);
            WriteNames('-', step.Removed);
            text.Append(step.Added.IsEmpty && step.Removed.IsEmpty ? "      changes nothing\n" : "");
        }
    }

    private void WriteNames(char sign, IReadOnlyCollection<string> names)
    {
        if (names.Count > 0)
        {
            text.Append("    ").Append(sign).Append(' ').AppendJoin(", ", names).Append('\n');
        }
    }

    private static string Cause(PolicyChoiceStep step) => step.Cause switch
    {
        PolicyChoiceCause.Rule => $"{step.Rule?.Place}  {step.Rule?.Action.ToString().ToLowerInvariant()} {step.Rule?.Target}",
        PolicyChoiceCause.DefaultDisposable => "@dispvm is a disposable of the caller's default template",
        PolicyChoiceCause.Internal => "internal qubes are not offered",
        PolicyChoiceCause.Caller => "the caller is not offered to itself",
        _ => "what does not run is not started for this call (autostart=no)",
    };
}
