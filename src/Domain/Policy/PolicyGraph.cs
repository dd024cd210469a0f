using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Who may call whom: every call that the policy knows is judged, for every caller and every target.</summary>
/// <remarks>A service that no rule names, and an argument that none names, stand for all others of their kind.</remarks>
public sealed class PolicyGraph
{
    private const string AnyOther = "*";

    private readonly PolicyRules rules;
    private readonly IPolicySystem system;
    private readonly ImmutableArray<string> qubes;
    private readonly bool withQuestions;
    private readonly Dictionary<(string Source, string Target, bool IsAsked), SortedSet<string>> edges = [];

    private PolicyGraph(PolicyRules rules, IPolicySystem system, ImmutableArray<string> qubes, bool withQuestions) =>
        (this.rules, this.system, this.qubes, this.withQuestions) = (rules, system, qubes, withQuestions);

    /// <summary>Finds who may call whom.</summary>
    /// <param name="rules">The policy.</param>
    /// <param name="system">The qubes.</param>
    /// <param name="qubes">Their names.</param>
    /// <param name="service">Only this service; null for all.</param>
    /// <param name="withQuestions">Whether calls that the user is asked about are shown.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The edges, by caller and target.</returns>
    public static ImmutableArray<PolicyEdge> Of(
        PolicyRules rules, IPolicySystem system, ImmutableArray<string> qubes, string? service, bool withQuestions, CancellationToken ct)
    {
        var graph = new PolicyGraph(rules, system, qubes, withQuestions);
        foreach (var one in service is null ? graph.Services() : [service])
        {
            graph.AddService(one, ct);
        }

        return [.. graph.edges.Select(edge => new PolicyEdge(edge.Key.Source, edge.Key.Target, edge.Key.IsAsked, [.. edge.Value]))
            .OrderBy(edge => edge.Source, StringComparer.Ordinal).ThenBy(edge => edge.Target, StringComparer.Ordinal).ThenBy(edge => edge.IsAsked)];
    }

    private IEnumerable<string> Services() =>
        rules.All.Select(rule => rule.Service ?? AnyOther).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private void AddService(string service, CancellationToken ct)
    {
        var about = rules.Of(service).ToArray();
        if (about.All(rule => rule.Action == PolicyAction.Deny || (rule.Action == PolicyAction.Ask && !withQuestions)))
        {
            return; // most services of a default policy
        }

        var arguments = about.Select(rule => rule.Argument).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        foreach (var source in qubes)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var target in qubes.Where(target => target != source).Concat([PolicyTokens.Default, PolicyTokens.Disposable, .. Disposables()]))
            {
                AddCall(source, target, service, Unnamed(arguments), service);
                foreach (var argument in arguments)
                {
                    AddCall(source, target, service, argument, service + argument);
                }
            }
        }
    }

    private IEnumerable<string> Disposables() =>
        qubes.Where(name => system.Find(name)?.IsTemplateForDisposables == true).Select(name => PolicyTokens.DisposableOf + name);

    // An argument that no rule names; what follows is as long as it has to be.
    private static string Unnamed(List<string> arguments)
    {
        var argument = "+";
        while (arguments.Contains(argument))
        {
            argument += "-";
        }

        return argument;
    }

    private void AddCall(string source, string target, string service, string argument, string label)
    {
        switch (PolicyEvaluator.Judge(rules, system, new PolicyRequest(service, argument, source, target)).Verdict)
        {
            case PolicyAllowed allowed:
                AddEdge(source, allowed.Target, false, service, label);
                break;
            case PolicyAsked asked when withQuestions:
                foreach (var choice in asked.Targets)
                {
                    AddEdge(source, choice, true, service, label);
                }

                break;
            default:
                break;
        }
    }

    private void AddEdge(string source, string target, bool isAsked, string service, string label)
    {
        target = PolicyNames.Find(system, target)?.Name ?? target; // by name, however the rule says it
        if (target == source)
        {
            return; // refused: nobody calls itself
        }

        if (!edges.TryGetValue((source, target, isAsked), out var services))
        {
            edges[(source, target, isAsked)] = services = new SortedSet<string>(StringComparer.Ordinal);
        }

        if (!services.Contains(service))
        {
            services.Add(label);
        }
    }
}
