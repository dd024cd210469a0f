using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What becomes of a call, for people.</summary>
internal static class PolicyOutcomeText
{
    private const string Inner = "  ";

    internal static string Of(PolicySituation situation, PolicyOutcome outcome)
    {
        var text = new StringBuilder();
        var request = outcome.Request;
        text.Append(outcome.Result).Append("  ").Append(Call(request)).Append('\n');
        if (outcome.Target is { } target && outcome.Rule is { } allowing)
        {
            text.Append(Inner).Append("reaches ").Append(target).Append(AsWhom(allowing)).Append(Start(allowing)).Append('\n');
        }

        if (outcome.Question is { } question)
        {
            text.Append(Inner).Append("the user chooses among ").AppendJoin(", ", question.Targets).Append(AsWhom(question.Rule)).Append(Start(question.Rule)).Append('\n');
            text.Append(question.DefaultTarget is { } usual ? $"{Inner}{usual} is suggested\n" : "");
        }

        text.Append(outcome.Reason is { } reason ? $"{Inner}{reason}\n" : "");
        if (outcome.Rule is { } rule)
        {
            text.Append(Inner).Append("by ").Append(Place(situation, rule)).Append('\n');
        }

        foreach (var remark in outcome.Remarks)
        {
            text.Append(Inner).Append("note: ").Append(remark.Text).Append('\n');
        }

        text.Append(situation.Position is { } position ? $"{Inner}as of position {position}\n" : "");
        return TerminalText.Printable(text.ToString());
    }

    internal static string Call(PolicyRequest request)
    {
        var target = request.Target.Length == 0 ? PolicyTokens.Default : request.Target;
        var speaksFor = request.RequestedSource is { Length: > 0 } requested ? $" for {requested}" : "";
        return $"{request.Source}{speaksFor} -> {target}  {request.Service}{request.Argument}";
    }

    private static string Place(PolicySituation situation, PolicyRule rule) =>
        rule.Line is null ? $"{rule.File}: a file for one argument ends with a deny" : $"{rule.Place}: {situation.LineOf(rule)}";

    private static string AsWhom(PolicyRule rule) => rule.User is { } user ? $" as {user}" : "";

    private static string Start(PolicyRule rule) => rule.Autostart ? "" : ", which is not started for it";
}
