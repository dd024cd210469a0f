namespace Qubes.Cqrs.Domain.Tests;

/// <summary>The files of before R4.0: their own folder, and words without a prefix. Source: spec, policy 3, the first row.</summary>
public sealed class OldestPolicyTests
{
    private const string Folder = "/etc/qubes_rpc/policy";

    private static readonly RecordedSystem Qubes = new(
    [
        new MadeUpQube(new NaiveQube("dom0", "00000000-0000-0000-0000-000000000000", "AdminVM") { Runs = true }),
        new MadeUpQube(new NaiveQube("work", "00000001-1111-4222-8333-000000000000", "AppVM") { DefaultDispvm = "dvm", Tags = ["managed-by-admin"] }),
        new MadeUpQube(new NaiveQube("vault", "00000002-1111-4222-8333-000000000000", "AppVM")),
        new MadeUpQube(new NaiveQube("dvm", "00000003-1111-4222-8333-000000000000", "AppVM") { MakesDisposables = true }),
        new MadeUpQube(new NaiveQube("admin", "00000004-1111-4222-8333-000000000000", "AppVM")),
    ]);

    [Theory]
    [InlineData("anyvm anyvm allow", "vault", "allow vault")]
    [InlineData("anyvm anyvm allow", "dom0", "deny")]
    [InlineData("work dom0 allow", "dom0", "allow dom0")]
    [InlineData("anyvm dispvm allow", "@dispvm", "allow @dispvm:dvm")]
    [InlineData("anyvm vault allow,user=joe", "vault", "allow vault as joe")]
    [InlineData("anyvm anyvm allow, target=vault", "dvm", "allow vault")]
    [InlineData("anyvm anyvm deny", "vault", "deny")]
    [InlineData("anyvm anyvm ask", "vault", "ask")]
    public void Words_without_a_prefix_are_understood(string line, string target, string verdict) =>
        Assert.Equal(verdict, Judge(With(PolicyFile.Of(line)), target));

    [Fact]
    public void Newer_files_come_first() => Assert.Equal(
        "deny", Judge(With(PolicyFile.Of("anyvm anyvm allow")).With("/etc/qubes-rpc/policy/test.Svc", PolicyFile.Of("@anyvm @anyvm deny")), "vault"));

    [Fact]
    public void Without_the_folder_there_is_nothing_to_read() => Assert.Equal("deny", Judge(With(null), "vault"));

    [Fact]
    public void A_user_s_tag_says_who_manages_a_qube()
    {
        var files = With(null).With("/etc/qubes/policy.d/30-user.policy", PolicyFile.Of("admin.vm.Start * admin @tag:managed-by-admin allow target=dom0"));
        var rules = PolicyLoader.Load(files, PolicyLocations.Standard).Rules;
        Assert.IsType<PolicyAllowed>(PolicyEvaluator.Judge(rules, Qubes, PolicyRequest.Of("admin.vm.Start", "admin", "work")).Verdict);
        Assert.IsType<PolicyDenied>(PolicyEvaluator.Judge(rules, Qubes, PolicyRequest.Of("admin.vm.Start", "admin", "vault")).Verdict);
    }

    private static PolicyFiles With(PolicyFile? service)
    {
        var files = new[] { PolicyLocations.Runtime, PolicyLocations.Permanent, PolicyLocations.Standard.Legacy }
            .Aggregate(PolicyFiles.None, (all, folder) => all.With(folder, PolicyFile.Folder))
            .With("/etc/qubes/policy.d/35-compat.policy", PolicyFile.Of("!compat-4.0"));
        return service is null ? files : files.With(Folder + "/test.Svc", service);
    }

    private static string Judge(PolicyFiles files, string target) =>
        PolicyEvaluator.Judge(PolicyLoader.Load(files, PolicyLocations.Standard).Rules, Qubes, PolicyRequest.Of("test.Svc", "work", target)).Verdict switch
        {
            PolicyAllowed allowed => $"allow {allowed.Target}{(allowed.Rule.User is { } user ? " as " + user : "")}",
            PolicyAsked => "ask",
            _ => "deny",
        };
}
