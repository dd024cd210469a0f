using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary><c>qubesd policy eval</c> and <c>explain</c>: what is told of a call.</summary>
public sealed class PolicyEvalVerbTests
{
    private const string User = "/etc/qubes/policy.d/30-user.policy";
    private const string Listed =
        """
        {"domains": {"dom0": {"type": "AdminVM", "tags": [], "power_state": "Running", "uuid": "00000000-0000-0000-0000-000000000000"},
        "work": {"type": "AppVM", "tags": ["own"], "power_state": "Running", "default_dispvm": "dvm", "uuid": "00000001-1111-4222-8333-000000000001"},
        "vault": {"type": "AppVM", "tags": [], "power_state": "Halted", "uuid": "00000002-1111-4222-8333-000000000002"},
        "dvm": {"type": "AppVM", "tags": null, "template_for_dispvms": true, "uuid": "00000003-1111-4222-8333-000000000003"},
        "rem": {"type": "RemoteVM", "relayvm": null, "uuid": "00000004-1111-4222-8333-000000000004"},
        "odd": 7}}
        """;

    [Fact]
    public void An_allowed_call_tells_whom_it_reaches_and_by_which_line() => Assert.Equal(
        (0, "allow  work -> vault  svc+a\n  reaches vault as root\n  by /etc/qubes/policy.d/30-user.policy:2: svc * @tag:own vault allow user=root\n"),
        Eval("# mine\n  svc * @tag:own vault allow user=root  \n", "vault", "svc+a"));

    [Fact]
    public void A_denied_call_tells_why()
    {
        Assert.Equal((1, "deny  work -> vault  svc+\n  no matching rule found\n"), Eval("other * * * allow", "vault", "svc"));
        Assert.Equal(
            (1, "deny  work -> work  svc+\n  loopback qrexec connection not supported\n  by /etc/qubes/policy.d/30-user.policy:1: svc * * * allow\n"), Eval("svc * * * allow", "work", "svc"));
        Assert.Equal((1, "deny  work -> rem  svc+\n  rem: relayvm is not set\n  by /etc/qubes/policy.d/30-user.policy:1: svc * * * allow\n"), Eval("svc * * * allow", "rem", "svc"));
        Assert.Equal((1, "deny  work -> vault  svc+\n  /etc/qubes/policy.d/30-user.policy:1: wrong number of fields\n"), Eval("svc", "vault", "svc"));
    }

    [Fact]
    public void A_caller_that_does_not_exist_is_told()
    {
        var situation = Situation("svc * * * ask");
        var request = PolicyRequest.Of("svc", "nosuch", "vault");
        var outcome = PolicyOutcome.Of(situation.System, request, situation.Explain(request).Decision);
        Assert.Equal(
            "deny  nosuch -> vault  svc+\n  the original fails here and answers nothing (KeyError: 'nosuch'), so the call is refused\n" +
            "  by /etc/qubes/policy.d/30-user.policy:1: svc * * * ask\n  note: there is no qube 'nosuch'\n",
            PolicyOutcomeText.Of(situation, outcome));
    }

    [Fact]
    public void A_question_tells_its_choices() => Assert.Equal(
        (3, "ask  work -> @default  svc+\n  the user chooses among @dispvm:dvm, vault\n  vault is suggested\n  by /etc/qubes/policy.d/30-user.policy:1: svc * work @default ask default_target=vault\n"),
        Eval("svc * work @default ask default_target=vault\nsvc * work vault ask\nsvc * work @dispvm allow", "", "svc"));

    [Fact]
    public void An_explanation_shows_each_line_that_was_considered()
    {
        var situation = Situation("other * * * deny\nsvc +b work vault allow\nsvc * work dvm deny\nsvc * work @anyvm ask autostart=no\nsvc * work dom0 allow");
        var told = new PolicyExplanationText(situation, Outcome(situation, "vault", "svc+a", out var explanation), explanation, all: false).Write();
        Assert.Equal(
            """
            /etc/qubes/policy.d/30-user.policy
                 2  svc +b work vault allow
                      about the argument +b, not +a
                 3  svc * work dvm deny
                      vault is not dvm
                 4  svc * work @anyvm ask autostart=no
                      => decides
            (1 rule about other services; --all shows them)

            The choices, from the last rule to the first:
              /etc/qubes/policy.d/30-user.policy:5  allow dom0
                + dom0
              /etc/qubes/policy.d/30-user.policy:4  ask @anyvm
                + @dispvm, @dispvm:dvm, dvm, rem, vault, work
              /etc/qubes/policy.d/30-user.policy:3  deny dvm
                - dvm
              @dispvm is a disposable of the caller's default template
                - @dispvm
              the caller is not offered to itself
                - work
              what does not run is not started for this call (autostart=no)
                - @dispvm:dvm, rem, vault

            ask  work -> vault  svc+a
              the user chooses among dom0, which is not started for it
              by /etc/qubes/policy.d/30-user.policy:4: svc * work @anyvm ask autostart=no

            """, told);
        Assert.Contains("about other, not svc", new PolicyExplanationText(situation, Outcome(situation, "vault", "svc+a", out explanation), explanation, all: true).Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void As_json_it_has_the_same()
    {
        var situation = Situation("svc +b work vault allow\nsvc * work vault allow user=root notify=yes");
        var outcome = Outcome(situation, "vault", "svc+a", out var explanation);
        using var json = JsonDocument.Parse(PolicyJson.Of(situation, outcome, explanation));
        var told = json.RootElement;
        Assert.Equal(
            ("allow", "vault", "root", true, 2, "svc * work vault allow user=root notify=yes"),
            (told.GetProperty("result").GetString(), told.GetProperty("target").GetString(), told.GetProperty("user").GetString(), told.GetProperty("notify").GetBoolean(),
                told.GetProperty("rule").GetProperty("line").GetInt32(), told.GetProperty("rule").GetProperty("text").GetString()));
        Assert.Equal(["argument", null], told.GetProperty("considered").EnumerateArray().Select(one => one.GetProperty("mismatch").GetString()));
        using var brief = JsonDocument.Parse(PolicyJson.Of(situation, outcome, null));
        Assert.False(brief.RootElement.TryGetProperty("considered", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"domains\": []}")]
    public void What_lists_no_qubes_is_refused(string answer) => Assert.ThrowsAny<JsonException>(() => ListedSystem.Read(Encoding.UTF8.GetBytes(answer)));

    [Theory]
    [InlineData("eval", "work")]
    [InlineData("eval", "work", "vault", "two words")]
    [InlineData("eval", "work", "vault", "svc", "more")]
    [InlineData("explain", "wo\nrk", "vault", "svc")]
    [InlineData("lint", "--root")]
    [InlineData("graph", "--format", "png")]
    [InlineData("nonsense")]
    public void A_malformed_command_line_is_an_error(params string[] words) => Assert.NotEmpty(PolicyCommand.Create().Parse(words).Errors);

    private static (int Code, string Text) Eval(string policy, string target, string service)
    {
        var situation = Situation(policy);
        var outcome = Outcome(situation, target, service, out _);
        return (PolicyEvalVerb.CodeOf(outcome), PolicyOutcomeText.Of(situation, outcome));
    }

    private static PolicyOutcome Outcome(PolicySituation situation, string target, string service, out PolicyExplanation explanation)
    {
        var request = PolicyRequest.Of(service, "work", target);
        explanation = situation.Explain(request);
        return PolicyOutcome.Of(situation.System, request, explanation.Decision);
    }

    private static PolicySituation Situation(string policy)
    {
        var files = new[] { "/run/qubes/policy.d", "/etc/qubes/policy.d" }.Aggregate(PolicyFiles.None, (all, folder) => all.With(folder, PolicyFile.Folder)).With(User, PolicyFile.Of(policy));
        var (state, system) = (PolicyState.Of(files, PolicyLocations.Standard), ListedSystem.Read(Encoding.UTF8.GetBytes(Listed)));
        return new PolicySituation(files, state.Rules, state.Fault, system, [.. system.Names], null);
    }
}
