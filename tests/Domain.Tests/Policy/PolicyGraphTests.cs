using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Who may call whom.</summary>
public sealed class PolicyGraphTests
{
    private static readonly ImmutableArray<string> Names = ["dom0", "dvm", "secret", "vault", "work"];

    [Fact]
    public void A_line_leads_to_whom_the_call_reaches_and_names_what_may_be_called() => Assert.Equal(
        ["work -> @dispvm:dvm one,three", "work -> dom0 two", "work -> secret *,one,three,two", "work -> vault one+a"],
        Shown("one +a work vault allow\none * work @dispvm allow\ntwo * work vault allow target=@adminvm\n* * work secret allow\nthree * work @default allow target=@dispvm\nthree * work secret deny\none * * * deny\ntwo * * * deny"));

    [Fact]
    public void Questions_are_shown_when_they_are_asked_for()
    {
        const string Policy = "svc * work @default ask\nsvc * work vault ask\nsvc * work secret allow\nsvc * @anyvm dom0 deny";
        Assert.Equal(["work -> secret svc"], Shown(Policy));
        Assert.Equal(["work -> secret svc", "work ?> secret svc", "work ?> vault svc"], Shown(Policy, questions: true));
    }

    [Fact]
    public void One_service_can_be_picked() => Assert.Equal(
        ["work -> vault two"], Shown("one * work secret allow\ntwo * work vault allow", service: "two"));

    [Fact]
    public void Nobody_calls_itself_and_nothing_is_denied_into_being() =>
        Assert.Empty(Shown("svc * work work allow\nsvc * work @default allow target=work\nsvc * vault work allow target=vault\nsvc * @anyvm @anyvm deny"));

    [Fact]
    public void What_is_shown_is_what_is_allowed()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new RandomPolicies(seed);
            var one = new PolicyCase(random.Files(), RandomPolicies.Folders, random.Qubes(), random.Request());
            PolicyRules rules;
            try
            {
                rules = PolicyLoader.Load(one.Source(), PolicyLocations.Standard).Rules;
            }
            catch (PolicyException)
            {
                continue;
            }

            var (system, names) = (one.System(), one.Qubes.Select(qube => qube.Name).ToImmutableArray());
            var edges = PolicyGraph.Of(rules, system, names, null, true, CancellationToken.None);
            foreach (var (source, target) in names.SelectMany(source => names.Where(target => target != source).Select(target => (source, target))))
            {
                var request = new PolicyRequest("test.Svc", "+a", source, target);
                var reached = PolicyEvaluator.Judge(rules, system, request).Verdict is PolicyAllowed allowed ? PolicyNames.Find(system, allowed.Target)?.Name : null;
                Assert.True(
                    reached is null || reached == source || edges.Any(edge => edge.Source == source && edge.Target == reached && !edge.IsAsked &&
                        edge.Services.Any(service => service is "test.Svc" or "test.Svc+a")),
                    $"seed {seed}: {source} -> {target} reaches {reached}\n{one}");
            }
        }
    }

    private static IEnumerable<string> Shown(string policy, bool questions = false, string? service = null) =>
        PolicyGraph.Of(Some.Rules(policy), Some.System, Names, service, questions, CancellationToken.None)
            .Select(edge => $"{edge.Source} {(edge.IsAsked ? "?>" : "->")} {edge.Target} {string.Join(',', edge.Services)}");
}
