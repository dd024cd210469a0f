namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What the check of a policy finds, and what it does not complain of.</summary>
public sealed class PolicyLintTests
{
    private const string File = "/etc/qubes/policy.d/30-user.policy";

    [Fact]
    public void All_faults_are_found_each_once_with_its_place_and_what_was_expected()
    {
        var files = Given("!include-service a * include/x\n!include-service b * include/x\nsvc * work vault permit\n!includ x\nsvc * work vault deny target=work\nsvc\n!include nosuch")
            .With("/etc/qubes/policy.d/include/x", PolicyFile.Of("work vault allow\nwork @tag: deny"))
            .With("/etc/qubes/policy.d/Bad.policy", PolicyFile.Of(""));
        Assert.Equal(
            [
                ":0:0 invalid filename: /etc/qubes/policy.d/Bad.policy ()",
                "/etc/qubes/policy.d/30-user.policy:3:18 invalid action: permit (allow, deny or ask)",
                "/etc/qubes/policy.d/30-user.policy:4:1 invalid directive (!include, !include-dir, !include-service or !compat-4.0)",
                "/etc/qubes/policy.d/30-user.policy:5:23 invalid parameters for action Deny: ['target=work'] (notify)",
                "/etc/qubes/policy.d/30-user.policy:6:0 wrong number of fields (service, argument, source, target and action)",
                "/etc/qubes/policy.d/30-user.policy:7:10 not a file: /etc/qubes/policy.d/nosuch (a file)",
                "/etc/qubes/policy.d/include/x:2:6 invalid empty @tag: token: '@tag:' (a name after @tag:)",
            ],
            Find(files).Where(finding => finding.IsError).Select(Shown));
    }

    [Theory]
    [InlineData("svc * @anyvm @anyvm deny\nsvc +a work vault allow", 2)]
    [InlineData("* * * * deny\nsvc +a @tag:x @dispvm allow", 2)]
    [InlineData("svc * @adminvm dom0 deny\nsvc +a dom0 @adminvm allow", 2)]
    [InlineData("svc +a work vault allow\nsvc +a work vault deny", 2)]
    [InlineData("svc * @anyvm @anyvm deny\nsvc * @tag:x vault allow", 0)] // dom0 may have the tag
    [InlineData("svc * @anyvm @anyvm deny\nsvc * work dom0 allow", 0)]
    [InlineData("svc * @anyvm @anyvm deny\nsvc * @type:AdminVM vault allow", 0)]
    [InlineData("svc +a work vault deny\nsvc * work vault allow", 0)]
    [InlineData("svc * work vault deny\n* * work vault allow", 0)]
    [InlineData("svc * work @tag:x deny\nsvc * work vault allow", 0)]
    public void A_rule_that_can_never_decide_is_found(string text, int line) =>
        Assert.Equal(line == 0 ? [] : [line], Find(Given(text)).Where(finding => finding.Kind == PolicyFindingKind.Shadowed).Select(finding => finding.Line));

    [Fact]
    public void A_line_that_decides_for_one_of_the_services_it_is_read_for_is_of_use()
    {
        var files = Given("a * @anyvm @anyvm deny\n!include-service a * include/x\n!include-service b * include/x\n!include-service b * include/x")
            .With("/etc/qubes/policy.d/include/x", PolicyFile.Of("work vault allow"));
        Assert.Empty(Find(files));
        Assert.Equal(["/etc/qubes/policy.d/include/x:1"], Find(Given("a * @anyvm @anyvm deny\n!include-service a * include/x")
            .With("/etc/qubes/policy.d/include/x", PolicyFile.Of("work vault allow"))).Select(finding => $"{finding.File}:{finding.Line}"));
    }

    [Theory]
    [InlineData("svc * work @default allow", PolicyFindingKind.Unusable, 21)]
    [InlineData("svc * work $anyvm allow", PolicyFindingKind.OldWord, 12)]
    [InlineData("svc * anyvm vault allow", PolicyFindingKind.OddName, 7)]
    [InlineData("svc * tag:x vault allow", PolicyFindingKind.OddName, 7)]
    [InlineData("svc * work vault allow target=vault,user=root", PolicyFindingKind.OddName, 31)]
    [InlineData("svc * work @type:Appvm deny", PolicyFindingKind.UnknownClass, 12)]
    [InlineData("svc * work nosuch deny", PolicyFindingKind.UnknownQube, 12)]
    [InlineData("svc * work uuid:99999999-1111-4222-8333-000000000000 deny", PolicyFindingKind.UnknownQube, 12)]
    [InlineData("svc * work @dispvm:nosuch deny", PolicyFindingKind.UnknownQube, 12)]
    [InlineData("svc * work vault ask default_target=nosuch", PolicyFindingKind.UnknownQube, 37)]
    [InlineData("  !compat-4.0", PolicyFindingKind.Deprecated, 3)]
    public void What_is_hardly_meant_is_told(string line, PolicyFindingKind kind, int column)
    {
        var found = Assert.Single(Find(Given(line)));
        Assert.Equal((kind, File, 1, column, kind == PolicyFindingKind.Unusable), (found.Kind, found.File, found.Line, found.Column, found.IsError));
    }

    [Theory]
    [InlineData("svc * work @default allow target=vault")]
    [InlineData("svc * work @default ask\nsvc * @anyvm * deny notify=no\n\n# comment")]
    [InlineData("svc * dom0 uuid:00000000-0000-0000-0000-000000000000 allow")]
    [InlineData("svc * work @dispvm:dvm allow\nsvc * work @dispvm:@tag:any allow user=some,body")]
    public void What_is_right_is_not_complained_of(string text) => Assert.Empty(Find(Given(text)));

    [Fact]
    public void Names_are_not_looked_up_when_nobody_knows_the_qubes() =>
        Assert.Empty(PolicyLint.Check(Given("svc * nosuch vault allow"), PolicyLocations.Standard, null));

    [Fact]
    public void Old_files_may_use_old_words_and_their_columns_are_right()
    {
        var files = Given("!compat-4.0").With("/etc/qubes-rpc/policy/svc+a", PolicyFile.Of("$anyvm $type:Nonsense allow,user=x\nwork nosuch ask"));
        Assert.Equal(
            ["/etc/qubes-rpc/policy/svc+a:1:8 UnknownClass", "/etc/qubes-rpc/policy/svc+a:2:6 UnknownQube"],
            Find(files).Where(finding => finding.File != File).Select(finding => $"{finding.File}:{finding.Line}:{finding.Column} {finding.Kind}"));
    }

    [Fact]
    public void A_file_that_is_included_is_read_in_the_form_that_fits_it()
    {
        var files = PolicyFiles.None.With("/p/include/old", PolicyFile.Of("work vault allow\n!include include/new")).With("/p/include/new", PolicyFile.Of("svc * work vault allow\nsvc * work vault nonsense"))
            .With("/p/include/mixed", PolicyFile.Of("work vault allow\nwork vault nonsense"));
        Assert.Equal(["/p/include/new:2:18 invalid action: nonsense (allow, deny or ask)"], PolicyLint.CheckFile(files, "/p/include/new", null).Where(one => one.IsError).Select(Shown));
        Assert.Equal(["/p/include/mixed:2:12 invalid action: nonsense (allow, deny or ask)"], PolicyLint.CheckFile(files, "/p/include/mixed", null).Select(Shown));
    }

    [Fact]
    public void A_circle_and_a_file_that_is_no_text_are_told_once()
    {
        var files = Given("!include 30-user.policy\n!include 30-user.policy");
        Assert.Single(Find(files), finding => finding.IsError);
        var found = Assert.Single(Find(Given("!include include/x").With("/etc/qubes/policy.d/include/x", PolicyFile.Unreadable("not a text"))));
        Assert.Equal(("/etc/qubes/policy.d/include/x", 0, "not a text"), (found.File, found.Line, found.Text));
    }

    private static string Shown(PolicyFinding finding) => $"{finding.File}:{finding.Line}:{finding.Column} {finding.Text} ({finding.Expected})";

    private static IEnumerable<PolicyFinding> Find(PolicyFiles files) => PolicyLint.Check(files, PolicyLocations.Standard, Some.System);

    private static PolicyFiles Given(string text) => Some.Folders.With(File, PolicyFile.Of(text));
}
