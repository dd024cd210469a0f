namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Names and tokens of the policy's files, and what a change would make of the policy.</summary>
public sealed class PolicyFileRuleTests
{
    private static readonly byte[] Content = "x\n"u8.ToArray();
    private static readonly PolicyFiles Files = PolicyFiles.None
        .With("/etc/qubes/policy.d/10-a.policy", PolicyFile.Of("!include include/x\n"))
        .With("/etc/qubes/policy.d/include/x", PolicyFile.Of("svc * @anyvm @anyvm deny\n"));

    private static readonly PolicyLocations Where = new([PolicyLocations.Permanent], "/legacy");

    [Theory]
    [InlineData("10-a", "/etc/qubes/policy.d/10-a.policy", "/etc/qubes/policy.d/include/10-a")]
    [InlineData("_", "/etc/qubes/policy.d/_.policy", "/etc/qubes/policy.d/include/_")]
    public void A_name_has_its_path(string name, string main, string include)
    {
        Assert.Equal((main, include), (PolicyFolder.Main.PathOf(name), PolicyFolder.Includes.PathOf(name)));
        Assert.Equal((name, null), (PolicyFolder.Main.NameOf(main), PolicyFolder.Main.NameOf(include)));
        Assert.Equal((name, null), (PolicyFolder.Includes.NameOf(include), PolicyFolder.Includes.NameOf(main)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a.policy")]
    [InlineData("a\n")]
    [InlineData("é")]
    [InlineData("!a")]
    public void Other_names_are_refused(string name) => Assert.Throws<InvalidPolicyFileNameException>(() => PolicyFolder.Main.PathOf(name));

    [Fact]
    public void A_token_stands_for_a_content()
    {
        PolicyFileToken.Check("any", null);
        PolicyFileToken.Check("any", Content);
        PolicyFileToken.Check("new", null);
        PolicyFileToken.Check(PolicyFileToken.Of(Content), Content);
        Assert.Equal("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", PolicyFileToken.Of([]));
        Assert.Throws<PolicyTokenException>(() => PolicyFileToken.Check("new", Content));
        Assert.Throws<PolicyTokenException>(() => PolicyFileToken.Check(PolicyFileToken.Of(Content), null));
        Assert.Throws<PolicyTokenException>(() => PolicyFileToken.Check(PolicyFileToken.Of(Content), [.. Content, 0]));
        Assert.Throws<PolicyTokenException>(() => PolicyFileToken.Check(PolicyFileToken.Of(Content).ToUpperInvariant().Replace("SHA256", "sha256", StringComparison.Ordinal), Content));
        Assert.Throws<InvalidPolicyCallException>(() => PolicyFileToken.Check("", Content));
        Assert.Throws<InvalidPolicyCallException>(() => PolicyFileToken.Check("Any", Content));
    }

    [Fact]
    public void A_change_is_seen_by_what_includes_the_file()
    {
        Assert.Equal("*", ServiceOf(Load("/etc/qubes/policy.d/include/x", "* * @anyvm @anyvm deny\n")));
        Assert.Equal("new", ServiceOf(Load("/etc/qubes/policy.d/05-n.policy", "new * @anyvm @anyvm deny\n")));
        Assert.Equal("/etc/qubes/policy.d/include/x:1: wrong number of fields", Fault("/etc/qubes/policy.d/include/x", "broken\n"));
        Assert.Equal("/etc/qubes/policy.d/10-a.policy:1: including a file that will be removed: /etc/qubes/policy.d/include/x", Fault("/etc/qubes/policy.d/include/x", null));
        Assert.Empty(Load("/etc/qubes/policy.d/10-a.policy", null).Rules.All);
    }

    [Fact]
    public void The_name_of_a_file_that_is_to_be_made_is_not_judged()
    {
        const string path = "/etc/qubes/policy.d/Upper.policy";
        var after = new ChangedPolicySource(Files, path, "", name => name);
        Assert.Throws<PolicyException>(() => PolicyLoader.Load(after, Where));
        Assert.NotEmpty(PolicyLoader.Load(after, Where, path).Rules.All);
    }

    [Theory]
    [InlineData("svc * @anyvm @default allow\n", false)]
    [InlineData("svc * @anyvm @default allow user=x\n", false)]
    [InlineData("svc * @anyvm @default allow target=work\n", true)]
    [InlineData("svc * @anyvm @default ask\n", true)]
    [InlineData("svc * @anyvm * allow\n", true)]
    public void Who_allows_calls_without_a_target_names_one(string rule, bool isSound) =>
        Assert.Equal(isSound ? null : "/etc/qubes/policy.d/10-a.policy:1: allow action for @default rule must specify target= option", Fault("/etc/qubes/policy.d/10-a.policy", rule));

    private static LoadedPolicy Load(string path, string? text) => PolicyLoader.Load(new ChangedPolicySource(Files, path, text, name => name), Where);

    private static string? Fault(string path, string? text)
    {
        try
        {
            Load(path, text);
            return null;
        }
        catch (PolicySyntaxException reason)
        {
            return reason.Message;
        }
    }

    private static string ServiceOf(LoadedPolicy policy) => policy.Rules.All[0].Service ?? "*";
}
