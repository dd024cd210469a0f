using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>A daemon answers qrexec's questions about the policy of its own qubes, and leaves the sockets to whoever has them already.</summary>
public sealed class PolicyDaemonTests
{
    private const string PolicySocket = "/run/qubes/policy.sock";
    private const string EvalSimple = "/etc/qubes-rpc/policy.EvalSimple";
    private const string EvalGui = "/etc/qubes-rpc/policy.EvalGUI";
    private const string Rules = "/etc/qubes/policy.d/30-test.policy";

    private static readonly string[] All = [PolicySocket, EvalSimple, EvalGui];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_judges_by_the_files_on_the_disk_and_by_its_own_qubes()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        await File.WriteAllTextAsync(root.Below(Rules), "test.Service * work vault allow user=joe\n", Ct);
        var daemon = await StartAsync(root, All);
        foreach (var name in new[] { "work", "vault" })
            await daemon.Client.MustAsync("admin.vm.Create.StandaloneVM", "", "dom0", $"name={name} label=red", Ct);

        Assert.Matches("^user=joe\nresult=allow\ntarget=vault\ntarget_uuid=uuid:[0-9a-f-]{36}\nautostart=True\nrequested_target=vault$", await AskAsync(root));
        Assert.Equal("result=allow\n", await CallAsync(root, EvalSimple, "policy.EvalSimple+test.Service work name dom0\0work\0vault"));
        Assert.Equal("", await CallAsync(root, EvalGui, "policy.EvalGUI+test.Service work name dom0\0work\0vault"));

        await daemon.Client.MustAsync("admin.vm.tag.Set", "guivm-work", "work", "", Ct);
        await daemon.Client.MustAsync("admin.vm.tag.Set", "guivm-work", "vault", "", Ct);
        Assert.Equal("result=allow\n", await CallAsync(root, EvalGui, "policy.EvalGUI+test.Service work name dom0\0work\0vault"));

        await File.WriteAllTextAsync(root.Below("/run/qubes/policy.d/10-test.policy"), "test.Service * work vault deny notify=no\n", Ct);
        Assert.Equal("result=deny", await AskAsync(root));
        await File.WriteAllTextAsync(root.Below("/run/qubes/policy.d/10-test.policy"), "broken\n", Ct);
        Assert.Equal("result=deny", await AskAsync(root));
        File.Delete(root.Below("/run/qubes/policy.d/10-test.policy"));
        Assert.StartsWith("user=joe\n", await AskAsync(root), StringComparison.Ordinal);

        await daemon.Client.MustAsync("admin.vm.Remove", "", "vault", "", Ct);
        Assert.Equal("", await CallAsync(root, PolicySocket, "source=vault\nintended_target=work\nservice_and_arg=test.Service\n\n"));
        Assert.Equal(0, await daemon.StopAsync(Ct));
        Assert.All(All, path => Assert.False(File.Exists(root.Below(path)), path));
    }

    [Fact]
    public async Task A_policy_daemon_that_runs_already_keeps_its_socket()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(root.Below(PolicySocket)));
        other.Listen();
        var daemon = await StartAsync(root, EvalSimple, EvalGui);
        Assert.Contains("is served by somebody else", daemon.Log, StringComparison.Ordinal);
        await daemon.Client.MustAsync("admin.vm.List", "", "dom0", "", Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        Assert.True(File.Exists(root.Below(PolicySocket)), "the other one's socket is gone");
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        await root.ConfigureAsync("policy:\n  serve: false\n", Ct);
        var daemon = await root.StartAsync(Ct);
        await Eventually.TrueAsync("the daemon says that it is ready", () => daemon.Log.Contains("qubesd is ready", StringComparison.Ordinal), Limit, Ct, () => daemon.Tail);
        Assert.All(All, path => Assert.False(File.Exists(root.Below(path)), path));
    }

    private static async Task<DaemonProcess> StartAsync(RootFolder root, params string[] sockets)
    {
        var daemon = await root.StartAsync(Ct);
        await Eventually.TrueAsync("the policy is served", () => sockets.All(path => File.Exists(root.Below(path))), Limit, Ct, () => daemon.Tail);
        return daemon;
    }

    private static Task<string> AskAsync(RootFolder root) =>
        CallAsync(root, PolicySocket, "source=work\nintended_target=vault\nservice_and_arg=test.Service\n\n");

    private static async Task<string> CallAsync(RootFolder root, string socket, string request)
    {
        var reply = await new AdminClient(root.Below(socket)).SendAsync(Encoding.ASCII.GetBytes(request), Ct);
        return Encoding.Latin1.GetString(reply.Bytes);
    }
}
