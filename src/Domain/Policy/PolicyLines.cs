using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Reads single rules, of today's form and of the older one.</summary>
/// <remarks>Source: spec, policy 1 and 3; the texts are recorded.</remarks>
internal static class PolicyLines
{
    private const int Fields = 5;
    private const int OldFields = 3;
    private const string ServiceCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";

    /// <summary><c>service argument source target action [name=value …]</c>.</summary>
    internal static PolicyRule Rule(PolicyPlace place, ImmutableArray<PolicyWord> words)
    {
        if (words.Length < Fields)
        {
            throw place.Fault("wrong number of fields", 0, "service, argument, source, target and action");
        }

        var (service, argument) = Call(place, words[0], words[1]);
        return Rule(place, service, argument, words[2], words[3], words[4], words.AsSpan()[Fields..]);
    }

    /// <summary><c>source target action[,name=value …]</c> for a service.</summary>
    internal static PolicyRule OldRule(PolicyPlace place, string? service, string? argument, ImmutableArray<PolicyWord> words) => words.Length < OldFields
        ? throw place.Fault("wrong number of fields", 0, "source, target and action")
        : Rule(place, service, argument, words[0], words[1], words[2], words.AsSpan()[OldFields..]);

    /// <summary>The service and the argument that a rule or an <c>!include-service</c> is about; null for any.</summary>
    internal static (string? Service, string? Argument) Call(PolicyPlace place, PolicyWord service, PolicyWord argument)
    {
        if (service.Text != "*" && Invalid(service.Text, "") is { } wrong)
        {
            throw place.Fault(
                $"service {PythonText.Repr(service.Text)} contains invalid characters: {wrong}", service.Column, "* or letters, digits, - . _");
        }

        return argument.Text == "*" ? (Any(service.Text), null) : Argued(place, service.Text, argument);
    }

    /// <summary>The characters that may not stand in a name of a service, as the original shows them; null when there are none.</summary>
    internal static string? Invalid(string text, string andAlso)
    {
        var allowed = ServiceCharacters + andAlso;
        var wrong = text.EnumerateRunes().Where(rune => !allowed.Contains(rune.ToString(), StringComparison.Ordinal))
            .Distinct().Order().Select(rune => PythonText.Repr(rune.ToString())).ToList();
        return wrong.Count switch
        {
            0 => null,
            1 => $"({wrong[0]},)",
            _ => $"({string.Join(", ", wrong)})",
        };
    }

    private static (string? Service, string? Argument) Argued(PolicyPlace place, string service, PolicyWord argument)
    {
        if (Invalid(argument.Text, "+") is { } wrong)
        {
            throw place.Fault(
                $"argument {PythonText.Repr(argument.Text)} contains invalid characters: {wrong}", argument.Column, "* or +, then letters, digits, + - . _");
        }

        if (!argument.Text.StartsWith('+'))
        {
            throw place.Fault($"argument {PythonText.Repr(argument.Text)} does not start with +", argument.Column, "* or +…");
        }

        return service == "*" ? throw place.Fault("only * argument allowed for * service", argument.Column, "*") : (service, argument.Text);
    }

    private static string? Any(string service) => service == "*" ? null : service;

    private static PolicyRule Rule(
        PolicyPlace place, string? service, string? argument, PolicyWord source, PolicyWord target, PolicyWord action, ReadOnlySpan<PolicyWord> rest)
    {
        var callers = place.Token(source, PolicyTokenRole.Source);
        var targets = place.Token(target, PolicyTokenRole.Target);
        var does = action.Text switch
        {
            "allow" => PolicyAction.Allow,
            "deny" => PolicyAction.Deny,
            "ask" => PolicyAction.Ask,
            _ => throw place.Fault("invalid action: " + action.Text, action.Column, "allow, deny or ask"),
        };
        var given = PolicyParameters.Read(place, does, rest);
        if (does == PolicyAction.Allow && targets.Kind == PolicyTokenKind.Default && given.Target is null)
        {
            throw place.Fault("allow action for @default rule must specify target= option", action.Column, "target= after allow");
        }

        return new PolicyRule(
            place.File, place.Line, service, argument, callers, targets, does, given.Target, given.DefaultTarget, given.User,
            given.Notify ?? does == PolicyAction.Deny, given.Autostart ?? true);
    }
}
