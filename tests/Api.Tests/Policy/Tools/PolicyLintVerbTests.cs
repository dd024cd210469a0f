using System.Text.Json;

namespace Qubes.Cqrs.Api.Tests;

/// <summary><c>qubesd policy lint</c>: what is checked, and how it is told.</summary>
public sealed class PolicyLintVerbTests
{
    private const string User = "/etc/qubes/policy.d/30-user.policy";

    [Fact]
    public void The_installed_policy_is_checked_with_the_paths_of_the_product()
    {
        using var folder = new PolicyFolder((User, "svc * work vault allow\nsvc * work vault permit\n"), ("/run/qubes/policy.d/10-now.policy", "svc * $anyvm vault allow\n"));
        Assert.Equal(
            "/etc/qubes/policy.d/30-user.policy:2:18: error: invalid action: permit; expected: allow, deny or ask\n" +
            "/run/qubes/policy.d/10-now.policy:1:7: warning: '$anyvm' is taken for the name of a qube here; expected: @anyvm\n" +
            "1 error, 1 warning\n",
            PolicyFindingsText.Of(PolicyLintVerb.Check(folder.Root, [], null)));
        folder.Write(User, "svc * work vault allow\n");
        folder.Write("/run/qubes/policy.d/10-now.policy", "");
        Assert.Equal("nothing found\n", PolicyFindingsText.Of(PolicyLintVerb.Check(folder.Root, [], null)));
    }

    [Fact]
    public void A_folder_a_file_and_what_is_included_can_be_checked_by_their_paths()
    {
        using var folder = new PolicyFolder(
            (User, "!include-service svc * include/old\n"), ("/etc/qubes/policy.d/40-other.policy", "nonsense\n"), ("/etc/qubes/policy.d/include/old", "work vault permit\n"));
        var (all, user, old) = (folder.Root + "/etc/qubes/policy.d", folder.Root + User, folder.Root + "/etc/qubes/policy.d/include/old");
        Assert.Equal([folder.Root + "/etc/qubes/policy.d/40-other.policy:1", old + ":1"], Places(all));
        Assert.Equal([old + ":1"], Places(user));
        Assert.Equal([old + ":1"], Places(old));
        Assert.Equal([folder.Root + "/etc/qubes/policy.d/40-other.policy:1", old + ":1"], Places(user, all, old)
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_no_file_is_refused_and_a_pipe_is_not_waited_for()
    {
        using var folder = new PolicyFolder();
        Assert.Throws<PolicyToolException>(() => Places(folder.Root + "/nosuch"));
        Assert.Throws<PolicyToolException>(() => Places("/dev/null"));
        using (var bytes = File.Create(folder.Root + "/x.policy"))
        {
            bytes.Write([0xff, 0xfe, 0x00]);
        }

        Assert.Contains("can't decode byte 0xff", Assert.Single(PolicyLintVerb.Check(null, [folder.Root + "/x.policy"], null)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_terminal_would_obey_is_spelt_out()
    {
        using var folder = new PolicyFolder((User, "svc * work vault \u001b[2Jallow\n"));
        Assert.DoesNotContain('\u001b', PolicyFindingsText.Of(PolicyLintVerb.Check(folder.Root, [], null)));
    }

    [Fact]
    public void As_json_each_finding_has_its_place()
    {
        using var folder = new PolicyFolder((User, "svc * work vault permit\nsvc * $anyvm vault deny"));
        using var json = JsonDocument.Parse(PolicyJson.Of(PolicyLintVerb.Check(folder.Root, [], null)));
        Assert.Equal((1, 1), (json.RootElement.GetProperty("errors").GetInt32(), json.RootElement.GetProperty("warnings").GetInt32()));
        Assert.Equal(
            ["error unusable 1:18 invalid action: permit | allow, deny or ask", "warning old-word 2:7 '$anyvm' is taken for the name of a qube here | @anyvm"],
            json.RootElement.GetProperty("findings").EnumerateArray().Select(one =>
                $"{one.GetProperty("severity")} {one.GetProperty("kind")} {one.GetProperty("line")}:{one.GetProperty("column")} {one.GetProperty("text")} | {one.GetProperty("expected")}"));
    }

    [Theory]
    [InlineData("There is no option --bogus.", "lint", "--bogus")]
    [InlineData("There is no option --josn.", "eval", "work", "vault", "--josn")]
    [InlineData("A name has at most 255 characters, not 300.", "eval", "work", "vault", null)]
    [InlineData("A name cannot have blanks or control characters: 'a b'.", "explain", "a b", "vault", "svc")]
    public void A_misspelt_command_line_is_told_from_a_name(string told, params string?[] arguments) =>
        Assert.Equal([told], PolicyCommand.Create().Parse([.. arguments.Select(one => one ?? new string('x', 300))]).Errors.Select(error => error.Message));

    [Fact]
    public void A_file_may_begin_with_a_hyphen() => Assert.Empty(PolicyCommand.Create().Parse(["lint", "-", "./--odd.policy"]).Errors);

    private static IEnumerable<string> Places(params string[] paths) => PolicyLintVerb.Check(null, paths, null).Select(finding => $"{finding.File}:{finding.Line}");
}
