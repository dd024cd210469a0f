using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>What follows the action of a rule.</summary>
/// <remarks>Source: spec, policy 1, the row of the parameters; the texts are recorded.</remarks>
internal sealed record PolicyParameters(PolicyToken? Target, PolicyToken? DefaultTarget, string? User, bool? Notify, bool? Autostart)
{
    private static readonly ImmutableArray<string> ForAllow = ["target", "user", "notify", "autostart"];
    private static readonly ImmutableArray<string> ForAsk = ["target", "default_target", "user", "notify", "autostart"];
    private static readonly ImmutableArray<string> ForDeny = ["notify"];

    internal static PolicyParameters Read(PolicyPlace place, PolicyAction action, ReadOnlySpan<PolicyWord> words)
    {
        var values = new Dictionary<string, PolicyWord>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw place.Fault($"invalid action parameter syntax: {PythonText.Repr(word.Text)}", word.Column, "name=value");
            }

            if (!values.TryAdd(word.Text[..equals], new PolicyWord(word.Text[(equals + 1)..], word.Column + equals + 1)))
            {
                throw place.Fault($"parameter given twice: {PythonText.Repr(word.Text[..equals])}", word.Column, "each parameter once");
            }
        }

        var autostart = YesOrNo(place, values, "autostart");
        var notify = YesOrNo(place, values, "notify");
        CheckNames(place, action, values, words);
        return new PolicyParameters(Token(place, values, "target"), Token(place, values, "default_target"), Text(values, "user"), notify, autostart);
    }

    private static void CheckNames(PolicyPlace place, PolicyAction action, Dictionary<string, PolicyWord> values, ReadOnlySpan<PolicyWord> words)
    {
        var known = action switch
        {
            PolicyAction.Allow => ForAllow,
            PolicyAction.Ask => ForAsk,
            _ => ForDeny,
        };
        if (values.Keys.All(name => known.Contains(name)))
        {
            return;
        }

        var given = string.Join(", ", words.ToArray().Select(word => PythonText.Repr(word.Text)));
        var wrong = values.First(value => !known.Contains(value.Key));
        throw place.Fault(
            $"invalid parameters for action {action}: [{given}]", wrong.Value.Column - wrong.Key.Length - 1, string.Join(", ", known));
    }

    private static bool? YesOrNo(PolicyPlace place, Dictionary<string, PolicyWord> values, string name) =>
        !values.TryGetValue(name, out var word) ? null : word.Text switch
        {
            "yes" => true,
            "no" => false,
            _ => throw place.Fault(
                $"{PythonText.Repr(name)} is {PythonText.Repr(word.Text)}, but can be only 'yes' or 'no'", word.Column, "yes or no"),
        };

    private static PolicyToken? Token(PolicyPlace place, Dictionary<string, PolicyWord> values, string name) =>
        values.TryGetValue(name, out var word) ? place.Token(word, PolicyTokenRole.Redirect) : null;

    private static string? Text(Dictionary<string, PolicyWord> values, string name) => values.TryGetValue(name, out var word) && word.Text.Length > 0 ? word.Text : null;
}
