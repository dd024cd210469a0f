using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Which check of a call of the policy's files comes first, what a token is, and what a file may hold.</summary>
/// <remarks>Source: spec, policy 5; the texts are the recorded ones.</remarks>
public sealed class PolicyFileOrderTests
{
    private const string OneRule = "svc.A * @anyvm @anyvm allow\n";
    private const string BadCall = "PolicyAdminProtocolException ";
    private const string BadName = "PolicyAdminInvalidFileNameException Invalid policy file name: ";
    private const string BadToken = "PolicyAdminTokenException ";
    private const string OfNames = "\nNames must contain only alphanumeric characters, underscore and hyphen.";
    private const string OfArguments = "\nValid characters are letters, numbers, dot, plus, hyphen and underline";
    private const string Unusable = "PolicyAdminSyntaxException Policy change validation failed: /etc/qubes/policy.d/";

    [Theory]
    [InlineData("policy.Bogus+a/b", "x", BadCall + "Invalid argument: \"a/b\"" + OfArguments)]
    [InlineData("policy.Bogus+a.b", "x", BadCall + "unrecognized method: policy.Bogus")]
    [InlineData("policy.EvalSimple+svc", "work\0vault", BadCall + "unrecognized method: policy.EvalSimple")]
    [InlineData("policy.RegisterArgument+svc", "x\n", BadCall + "unrecognized method: policy.RegisterArgument")]
    [InlineData("policy.List+a", "x", BadCall + "Unexpected argument")]
    [InlineData("policy.List++", "", BadCall + "Unexpected argument")]
    [InlineData("policy.List+", "x", BadCall + "Unexpected payload")]
    [InlineData("policy.Get+a.b", "x", BadCall + "Unexpected payload")]
    [InlineData("policy.GetFiles+a+b", "x", BadCall + "Unexpected payload")]
    [InlineData("policy.Get", "", BadName + OfNames)]
    [InlineData("policy.Get+10-a.policy", "", BadName + "10-a.policy" + OfNames)]
    [InlineData("policy.Replace+a.b", "", BadName + "a.b" + OfNames)]
    [InlineData("policy.Replace+10-a", "bogus", BadCall + "Payload needs to include first line with token")]
    [InlineData("policy.Replace+10-a", "bogus\nbroken", BadCall + "Unrecognized token")]
    [InlineData("policy.Replace+10-a", "new\nbroken", BadToken + "File exists but token is 'new'")]
    [InlineData("policy.Replace+10-a", "any\nbroken", Unusable + "10-a.policy:1: wrong number of fields")]
    [InlineData("policy.Replace+other", "sha256:0\nbroken", BadToken + "File doesn't exist, but token isn't 'new'")]
    [InlineData("policy.Replace+other", "any\n\n\nbroken", Unusable + "other.policy:3: wrong number of fields")]
    [InlineData("policy.Remove+a.b", "bogus", BadName + "a.b" + OfNames)]
    [InlineData("policy.Remove+other", "bogus", BadCall + "Unrecognized token")]
    [InlineData("policy.Remove+other", "sha256:0", BadToken + "File doesn't exist, but token isn't 'new'")]
    [InlineData("policy.Remove+other", "any", "PolicyAdminFileNotFoundException Not found: /etc/qubes/policy.d/other.policy")]
    [InlineData("policy.include.Remove+10-a", "any", "PolicyAdminFileNotFoundException Not found: /etc/qubes/policy.d/include/10-a")]
    [InlineData("policy.include.Get+x.y", "", BadName + "x.y" + OfNames)]
    public async Task The_first_fault_is_told_and_nothing_changes(string service, string payload, string told)
    {
        await using var host = await PolicyCallHost.StartAsync();
        File.WriteAllText(host.Paths.OnDisk("/etc/qubes/policy.d/10-a.policy"), OneRule);
        Assert.Equal((1, "", told), host.Call(service, payload));
        Assert.Equal([new("/etc/qubes/policy.d/10-a.policy", OneRule)], host.Files());
        Assert.Empty(host.Recorded);
    }

    [Theory]
    [InlineData("{0}", null)]
    [InlineData("any", null)]
    [InlineData("{0} ", "Token mismatch")]
    [InlineData("{0}0", "Token mismatch")]
    [InlineData("{0}\r", "Token mismatch")]
    [InlineData("sha256:", "Token mismatch")]
    [InlineData("sha256: ", "Token mismatch")]
    [InlineData("sha256:\u00e9", "Token mismatch")]
    [InlineData("sha256:8AA5BDB5654980C552D5B4028FCEAD9CB0180939D06679A849487975B72A3020", "Token mismatch")]
    [InlineData("sha256", "Unrecognized token")]
    [InlineData("sha512:{0}", "Unrecognized token")]
    [InlineData("Sha256:{0}", "Unrecognized token")]
    [InlineData(" {0}", "Unrecognized token")]
    [InlineData("NEW", "Unrecognized token")]
    [InlineData("new ", "Unrecognized token")]
    [InlineData("any\0", "Unrecognized token")]
    [InlineData("\u00e9", "Unrecognized token")]
    [InlineData("", "Unrecognized token")]
    public async Task A_token_is_taken_letter_by_letter(string form, string? told)
    {
        await using var host = await PolicyCallHost.StartAsync();
        var path = host.Paths.OnDisk("/etc/qubes/policy.d/10-a.policy");
        var token = form.Replace("{0}", "sha256:8aa5bdb5654980c552d5b4028fcead9cb0180939d06679a849487975b72a3020", StringComparison.Ordinal);
        var error = told is null ? "" : (told == "Token mismatch" ? BadToken : BadCall) + told;
        foreach (var (service, payload) in new[] { ("policy.Replace+10-a", token + "\n"), ("policy.Remove+10-a", token) })
        {
            File.WriteAllText(path, OneRule);
            Assert.Equal((told is null ? 0 : 1, "", error), host.Call(service, payload));
        }

        Assert.Equal(told is not null, File.Exists(path));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("svc.A * @anyvm @anyvm allow", "svc.A * @anyvm @anyvm allow")]
    [InlineData("# a\r\n\r\n# b\r# c", "# a\n\n# b\n# c")]
    [InlineData(" \t \n", " \t \n")]
    [InlineData("# \0\u0001\u001b[2J\n", "# \0\u0001\u001b[2J\n")]
    [InlineData("# \u00e9\u2028\ufeff\ud83c\udf89\ufffe\n", "# \u00e9\u2028\ufeff\ud83c\udf89\ufffe\n")]
    public async Task A_file_holds_any_text_and_is_given_back_as_it_is(string text, string kept)
    {
        await using var host = await PolicyCallHost.StartAsync();
        Assert.Equal((0, "", ""), host.Call("policy.Replace+10-a", "new\n" + text));
        Assert.Equal(kept, host.Files()["/etc/qubes/policy.d/10-a.policy"]);
        var token = PolicyFileToken.Of(System.Text.Encoding.UTF8.GetBytes(kept));
        Assert.Equal((0, $"{token}\n{kept}", ""), host.Call("policy.Get+10-a"));
        Assert.Equal((0, "", ""), host.Call("policy.Remove+10-a", token));
    }

    [Theory]
    [InlineData("\ufeff# mark\n", "10-a.policy:1: wrong number of fields")]
    [InlineData("!include a b\n", "10-a.policy:1: invalid number of params")]
    [InlineData("\n!include-dir ../nosuch\n", "10-a.policy:2: not a directory: /etc/qubes/nosuch")]
    [InlineData("!include ../../shadow\n", "10-a.policy:1: not a file: /etc/shadow")]
    [InlineData("!include /dev/null\n", "10-a.policy:1: not a file: /dev/null")]
    [InlineData("!include-service * + include/x\n", "10-a.policy:1: only * argument allowed for * service")]
    [InlineData("svc * @anyvm @default allow user=root\n", "10-a.policy:1: allow action for @default rule must specify target= option")]
    [InlineData("svc * @tag: @anyvm allow\n", "10-a.policy:1: invalid empty @tag: token: '@tag:'")]
    [InlineData("svc * work @default ask default_target=@default\n", "10-a.policy:1: invalid redirect token: '@default'")]
    public async Task What_makes_the_policy_unusable_is_refused_with_the_line(string text, string told)
    {
        await using var host = await PolicyCallHost.StartAsync();
        Assert.Equal((1, "", Unusable + told), host.Call("policy.Replace+10-a", "new\n" + text));
        Assert.Empty(host.Files());
    }
}
