namespace Qubes.Cqrs.Domain;

/// <summary>Finds rules that can never decide, since an earlier rule is about all that they are about.</summary>
/// <remarks>
/// Whatever the qubes are: <c>@anyvm</c> is not counted as wider than a tag, which dom0 may have. A rule has few wider forms, so each is looked up among the earlier
/// rules instead of comparing all with all.
/// </remarks>
internal static class PolicyReach
{
    /// <summary>The rules that can never decide, each with the earlier one that decides in its place.</summary>
    internal static IEnumerable<(PolicyRule Rule, PolicyRule Earlier)> Shadowed(IEnumerable<PolicyRule> rules)
    {
        var first = new Dictionary<(string? Service, string? Argument, PolicyToken Source, PolicyToken Target), (int Place, PolicyRule Rule)>();
        var place = 0;
        foreach (var rule in rules)
        {
            var wider = from service in new[] { rule.Service, null }.Distinct()
                        from argument in new[] { rule.Argument, null }.Distinct()
                        from source in Wider(rule.Source)
                        from target in Wider(rule.Target)
                        where first.ContainsKey((service, argument, source, target))
                        select first[(service, argument, source, target)];
            if (wider.OrderBy(one => one.Place).Select(one => one.Rule).FirstOrDefault() is { } earlier)
            {
                yield return (rule, earlier);
            }

            first.TryAdd((rule.Service, rule.Argument, Plain(rule.Source), Plain(rule.Target)), (place++, rule));
        }
    }

    private static IEnumerable<PolicyToken> Wider(PolicyToken token)
    {
        yield return Plain(token);
        if (token.Kind != PolicyTokenKind.Anything)
        {
            yield return new PolicyToken(PolicyTokenKind.Anything, "", "");
        }

        var canBeDom0 = token.Kind is PolicyTokenKind.Anything or PolicyTokenKind.AnyVm or PolicyTokenKind.AdminVm or PolicyTokenKind.Tag ||
            (token.Kind == PolicyTokenKind.Type && token.Value == "AdminVM");
        if (!canBeDom0)
        {
            yield return new PolicyToken(PolicyTokenKind.AnyVm, "", "");
        }
    }

    // dom0 has several spellings, which mean the same.
    private static PolicyToken Plain(PolicyToken token) => token with { Text = "" };
}
