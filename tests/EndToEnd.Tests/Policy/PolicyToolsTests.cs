using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary><c>qubesd policy</c>, as a program, with a real daemon, its files and its log.</summary>
public sealed class PolicyToolsTests
{
    private const string User = "/etc/qubes/policy.d/30-user.policy";
    private const string Policy = "test.Svc * work vault allow user=root\ntest.Svc * work @default ask default_target=vault\ntest.Svc * work @dispvm deny\ntest.Svc * vault work allow\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_judged_by_the_files_and_the_qubes_of_now()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        await StartAsync(root);
        await File.WriteAllTextAsync(root.Below(User), Policy, Ct);
        Assert.Equal((0, "allow  work -> vault  test.Svc+a\n  reaches vault as root\n  by /etc/qubes/policy.d/30-user.policy:1: test.Svc * work vault allow user=root\n", ""),
            await RunAsync("eval", root, "work", "vault", "test.Svc+a"));
        Assert.Equal(3, (await RunAsync("eval", root, "work", "@default", "test.Svc")).Code);
        Assert.Equal(3, (await RunAsync("eval", root, "work", "nosuch", "test.Svc")).Code);
        Assert.Equal(1, (await RunAsync("eval", root, "work", "@dispvm", "test.Svc")).Code);
        var (code, output, _) = await RunAsync("explain", root, "vault", "work", "test.Svc");
        Assert.Equal(0, code);
        Assert.Contains("     1  test.Svc * work vault allow user=root\n          vault is not work\n", output, StringComparison.Ordinal);
        Assert.Contains("     4  test.Svc * vault work allow\n          => decides\n", output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(root.Below(User), "nonsense", Ct);
        (code, output, _) = await RunAsync("eval", root, "work", "vault", "test.Svc", "--json");
        Assert.Equal(1, code);
        Assert.Equal("/etc/qubes/policy.d/30-user.policy:1: wrong number of fields", JsonDocument.Parse(output).RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task The_policy_is_checked_with_and_without_a_daemon_and_drawn()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        await File.WriteAllTextAsync(root.Below(User), Policy, Ct);
        Assert.Equal((0, "nothing found\n", ""), await RunAsync("lint", root));
        var daemon = await StartAsync(root);
        await File.AppendAllTextAsync(root.Below(User), "test.Svc * nosuch work deny\n", Ct);
        Assert.Equal((0, "/etc/qubes/policy.d/30-user.policy:5:12: warning: there is no qube 'nosuch'\n0 errors, 1 warning\n", ""), await RunAsync("lint", root));
        Assert.Equal((0, "nothing found\n", ""), await RunAsync("lint", root, "--alone"));
        await File.AppendAllTextAsync(root.Below(User), "test.Svc * work vault\n", Ct);
        var (code, output, _) = await RunAsync("lint", root, "--json");
        Assert.Equal((1, 1), (code, JsonDocument.Parse(output).RootElement.GetProperty("errors").GetInt32()));
        Assert.Equal(2, (await RunAsync("graph", root)).Code);

        await File.WriteAllTextAsync(root.Below(User), Policy, Ct);
        var picture = root.Below("/graph.svg");
        Assert.Equal((0, "", ""), await RunAsync("graph", root, "--format", "svg", "--include-ask", "--output", picture));
        Assert.Equal(
            ["vault -> work\ntest.Svc", "work -> vault\ntest.Svc", "work -> vault (asks)\ntest.Svc"],
            XDocument.Load(picture).Descendants().Where(element => element.Name.LocalName == "title").Skip(1).Select(title => title.Value));
        Assert.Contains("\"work\" -> \"vault\" [label=\"test.Svc\"", (await RunAsync("graph", root)).Output, StringComparison.Ordinal);
        await daemon.StopAsync(Ct);
        var refused = await RunAsync("eval", root, "work", "vault", "test.Svc");
        Assert.Equal(2, refused.Code);
        Assert.Contains("the daemon is not running", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_of_the_past_is_judged_by_policy_and_qubes_of_then()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        await File.WriteAllTextAsync(root.Below(User), Policy, Ct);
        var before = await PositionAsync(root, "allow");
        await File.WriteAllTextAsync(root.Below(User), "test.Svc * @tag:trusted vault ask\n", Ct);
        await PositionAsync(root, "deny");
        await daemon.Client.MustAsync("admin.vm.tag.Set", "trusted", "work", "", Ct);
        await PositionAsync(root, "ask");
        Assert.Equal((0, 2), ((await AtAsync(root, before)).Code, (await AtAsync(root, "99999")).Code));
        await daemon.StopAsync(Ct);
        var (code, output, _) = await AtAsync(root, before);
        Assert.Equal((0, $"allow  work -> vault  test.Svc+\n  reaches vault as root\n  by {User}:1: test.Svc * work vault allow user=root\n  as of position {before}\n"), (code, output));
        Assert.Equal(3, (await AtAsync(root, "head")).Code);
        Assert.Equal(2, (await AtAsync(root, "nonsense")).Code);
        Assert.Contains("did not know the policy", (await AtAsync(root, "0")).Error, StringComparison.Ordinal);
        Assert.Contains("\"work\" -> \"vault\"", (await RunAsync("graph", root, "--at", before)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eval", "work", "vault")]
    [InlineData("eval", "work", "vault", "two words")]
    [InlineData("graph", "--format", "png")]
    [InlineData("lint", "/nosuch/file.policy")]
    public async Task What_cannot_be_done_ends_with_2(params string[] words) =>
        Assert.Equal(2, (await Command.ExecuteAsync(Repository.Daemon(), ["policy", .. words], Ct)).Code);

    // The position at which the log gives the verdict: changes of files are taken down a moment later.
    private static async Task<string> PositionAsync(RootFolder root, string verdict)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            var (code, output, _) = await AtAsync(root, "head", "--json");
            if (code != 2 && JsonDocument.Parse(output).RootElement is var told && told.GetProperty("result").GetString() == verdict)
            {
                return told.GetProperty("position").GetInt64().ToString(CultureInfo.InvariantCulture);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), Ct);
        }

        Assert.Fail($"the log never says {verdict}");
        return "";
    }

    private static Task<(int Code, string Output, string Error)> AtAsync(RootFolder root, string at, params string[] options) =>
        RunAsync("eval", root, ["work", "vault", "test.Svc", "--at", at, .. options]);

    private static Task<(int Code, string Output, string Error)> RunAsync(string verb, RootFolder root, params string[] options) =>
        Command.ExecuteAsync(Repository.Daemon(), ["policy", verb, "--root", root.Path, .. options], Ct);

    private static async Task<DaemonProcess> StartAsync(RootFolder root)
    {
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.property.Set", "default_kernel", "dom0", "6.6.1-1.qubes", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.TemplateVM", "", "dom0", "name=tpl label=black", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=work label=red", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=vault label=black", Ct);
        File.Delete(root.Below("/etc/qubes/policy.d/30-oracle.policy")); // which the simulated host brings
        return daemon;
    }
}
