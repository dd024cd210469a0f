using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>What no recording says of the calls that change the policy: who wins, what is refused, what is left behind.</summary>
/// <remarks>Source: spec, policy 5.</remarks>
public sealed class PolicyFileCallTests
{
    private const string Folder = "/etc/qubes/policy.d";
    private const string OneRule = "svc.A * @anyvm @anyvm allow\n";
    private const string OtherRule = "svc.A * @anyvm @anyvm deny\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_changes_with_the_same_token_one_wins()
    {
        await using var host = await PolicyCallHost.StartAsync();
        Write(host, "10-a.policy", OneRule);
        var token = host.Call("policy.Get+10-a").Output.Split('\n')[0];
        var tries = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(() => host.Call("policy.Replace+10-a", $"{token}\n{OtherRule}# {number}\n"), Ct)));

        Assert.Single(tries, tried => tried == (0, "", ""));
        Assert.All(tries.Where(tried => tried.Exit != 0), tried => Assert.Equal((1, "", "PolicyAdminTokenException Token mismatch"), tried));
        var (path, text, _) = Assert.Single(host.Recorded);
        Assert.Equal((Folder + "/10-a.policy", host.Files()[Folder + "/10-a.policy"]), (path, text));
    }

    [Fact]
    public async Task Of_changes_that_make_the_same_file_one_wins()
    {
        await using var host = await PolicyCallHost.StartAsync();
        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() => host.Call("policy.include.Replace+x", $"new\n# {number}\n"), Ct)));
        Assert.Single(tries, tried => tried.Exit == 0);
        Assert.Single(host.Recorded);
    }

    [Theory]
    [InlineData("policy.Replace+10-a", "any\n" + OtherRule)]
    [InlineData("policy.Replace+new", "new\n" + OtherRule)]
    [InlineData("policy.Remove+10-a", "any")]
    public async Task What_the_log_refuses_changes_nothing(string service, string payload)
    {
        await using var host = await PolicyCallHost.StartAsync();
        Write(host, "10-a.policy", OneRule);
        host.Refusal = "The event log is not available, nothing was changed";
        Assert.Equal((1, "", "QubesException The event log is not available, nothing was changed"), host.Call(service, payload));
        Assert.Equal([new(Folder + "/10-a.policy", OneRule)], host.Files());
    }

    [Fact]
    public async Task What_is_recorded_is_the_file_and_who_changed_it()
    {
        await using var host = await PolicyCallHost.StartAsync();
        Write(host, "10-a.policy", OneRule);
        File.CreateSymbolicLink(host.Paths.OnDisk(Folder + "/40-l.policy"), "10-a.policy");
        Assert.Equal((0, "", ""), host.Call("policy.Replace+40-l", "any\n" + OtherRule.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.Equal((0, "", ""), host.Call("policy.Remove+40-l", "any"));
        Assert.Equal([(Folder + "/10-a.policy", OtherRule, "dom0"), (Folder + "/10-a.policy", null, "dom0")], host.Recorded);
    }

    [Fact]
    public async Task A_caller_that_is_not_known_is_refused()
    {
        await using var host = await PolicyCallHost.StartAsync();
        Assert.Equal((1, "", "QubesVMNotFoundError No such domain: 'nosuch'"), host.Call("policy.List", caller: "nosuch"));
        Assert.Equal(2, host.Call("policy.List", caller: "a b").Exit);
    }

    [Fact]
    public async Task A_request_may_be_as_long_as_a_frame()
    {
        await using var host = await PolicyCallHost.StartAsync();
        const string header = "policy.include.Replace+x dom0 name dom0\0";
        var longest = "new\n" + new string('#', 65536 - header.Length - 5) + "\n";
        Assert.Equal((0, "", ""), host.Call("policy.include.Replace+x", longest));
        Assert.Equal(longest[4..], host.Files()[Folder + "/include/x"]);
        Assert.Equal(longest[4..], host.Call("policy.include.Get+x").Output.Split('\n', 2)[1]);
        Assert.Equal(
            (1, "", "PolicyAdminProtocolException The payload is too long: a request holds at most 65536 bytes"),
            host.Call("policy.include.Replace+y", longest + "#"));
        Assert.Equal(1, host.Call("policy.include.Replace+y", new byte[10_000_000]).Exit);
        Assert.False(host.Files().ContainsKey(Folder + "/include/y"));
    }

    [Fact]
    public async Task Without_a_daemon_the_caller_is_told()
    {
        var host = await PolicyCallHost.StartAsync();
        await host.DisposeAsync();
        var (exit, said, error) = host.Call("policy.List");
        Assert.Equal((2, ""), (exit, said));
        Assert.StartsWith("qubesd, which keeps the policy, cannot be asked: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy.Get+../../../etc/passwd")]
    [InlineData("policy.Get+10-a\0")]
    [InlineData("policy.Get+10-a\n")]
    [InlineData("policy.Get+$(id)")]
    [InlineData("policy.Get+%2e%2e")]
    [InlineData("policy.Get+\u0661")]
    [InlineData("policy.Get +x")]
    [InlineData("policy.Get dom0 name dom0")]
    [InlineData("admin.vm.List+x")]
    [InlineData("internal.GetSystemInfo")]
    [InlineData("")]
    [InlineData("+")]
    public async Task Hostile_names_get_no_further(string service)
    {
        await using var host = await PolicyCallHost.StartAsync();
        Write(host, "10-a.policy", OneRule);
        var (exit, said, error) = host.Call(service);
        Assert.Equal((1, ""), (exit, said));
        Assert.StartsWith("PolicyAdminProtocolException ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_may_lead_to_a_file_that_is_not_there_but_not_out_of_the_folder()
    {
        await using var host = await PolicyCallHost.StartAsync();
        File.CreateSymbolicLink(host.Paths.OnDisk(Folder + "/40-l.policy"), "50-t.policy");
        File.CreateSymbolicLink(host.Paths.OnDisk(Folder + "/41-out.policy"), "../other");
        File.CreateSymbolicLink(host.Paths.OnDisk(Folder + "/42-self.policy"), "42-self.policy");
        Assert.Equal((0, "", ""), host.Call("policy.Replace+40-l", "new\n" + OneRule));
        Assert.Equal(OneRule, host.Files()[Folder + "/50-t.policy"]);
        Assert.Equal((1, "", "PolicyAdminInvalidFilePathException Expecting a path inside " + Folder), host.Call("policy.Replace+41-out", "new\n" + OneRule));
        Assert.False(File.Exists(host.Paths.OnDisk("/etc/qubes/other")));
        Assert.Equal((1, "", $"PolicyAdminFileNotFoundException Not found: {Folder}/42-self.policy"), host.Call("policy.Get+42-self"));
    }

    [Fact]
    public async Task A_new_content_is_held_against_the_files_that_include_a_link_to_it()
    {
        await using var host = await PolicyCallHost.StartAsync();
        Write(host, "include/x", "svc.X * @anyvm @anyvm ask\n");
        File.CreateSymbolicLink(host.Paths.OnDisk(Folder + "/include/l"), "x");
        Write(host, "20-b.policy", "# first\n!include include/l\n");
        Assert.Equal((1, "", $"PolicyAdminSyntaxException Policy change validation failed: {Folder}/include/x:1: wrong number of fields"), host.Call("policy.include.Replace+x", "any\nbroken\n"));
        Assert.Equal(
            (1, "", $"PolicyAdminSyntaxException Policy change validation failed: {Folder}/20-b.policy:2: including a file that will be removed: {Folder}/include/l"),
            host.Call("policy.include.Remove+x", "any"));
    }

    [Fact]
    public async Task A_folder_that_the_next_start_of_the_host_makes_may_be_missing()
    {
        await using var host = await PolicyCallHost.StartAsync();
        Directory.Delete(host.Paths.OnDisk("/run/qubes/policy.d"));
        Assert.Equal((0, "", ""), host.Call("policy.Replace+10-a", "new\n" + OneRule));
    }

    [Fact]
    public async Task What_is_no_text_can_be_looked_at_and_removed_or_replaced()
    {
        await using var host = await PolicyCallHost.StartAsync();
        File.WriteAllBytes(host.Paths.OnDisk(Folder + "/10-a.policy"), [0xff, 0xfe]);
        Assert.Equal(PolicyFileToken.Of([0xff, 0xfe]), host.Call("policy.Get+10-a").Output.Split('\n')[0]);
        Assert.Equal((0, "", ""), host.Call("policy.Replace+10-a", $"{PolicyFileToken.Of([0xff, 0xfe])}\n{OneRule}"));
    }

    [Fact]
    public async Task A_file_is_brought_to_the_disk_as_the_log_wants_it_when_nobody_else_changes_files()
    {
        await using var host = await PolicyCallHost.StartAsync();
        const string path = Folder + "/10-a.policy";
        await host.Changes.BringToDiskAsync(path, () => OneRule, Ct);
        var made = File.GetLastWriteTimeUtc(host.Paths.OnDisk(path));
        await host.Changes.BringToDiskAsync(path, () => OneRule, Ct);
        Assert.Equal((OneRule, made), (File.ReadAllText(host.Paths.OnDisk(path)), File.GetLastWriteTimeUtc(host.Paths.OnDisk(path))));
        await host.Changes.BringToDiskAsync(path, () => "broken, but it was so", Ct);
        Assert.Equal("broken, but it was so", host.Files()[path]);
        await host.Changes.BringToDiskAsync(path, () => null, Ct);
        await host.Changes.BringToDiskAsync(path, () => null, Ct);
        Assert.Empty(host.Files());
        Assert.Empty(host.Recorded);
    }

    [Fact]
    public async Task What_the_log_wants_is_asked_for_when_the_files_are_free()
    {
        await using var host = await PolicyCallHost.StartAsync();
        var (path, wanted) = (Folder + "/10-a.policy", "# first\n");
        var alone = await host.Changes.Gate.LockAsync(Ct);
        var bringing = host.Changes.Gate.BringAsync(path, () => wanted, Ct);
        Assert.Empty(host.Files());
        wanted = "# second \u00e9\n";
        alone.Dispose();
        await bringing;
        Assert.Equal(wanted, host.Files()[path]);
    }

    [Fact]
    public async Task Who_only_looks_needs_no_folder()
    {
        await using var host = await PolicyCallHost.StartAsync();
        Directory.Delete(host.Paths.OnDisk(Folder), recursive: true);
        (await host.Changes.Gate.LockAsync(Ct)).Dispose();
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => host.Changes.Gate.BringAsync(Folder + "/10-a.policy", () => OneRule, Ct));
    }

    private static void Write(PolicyCallHost host, string name, string text) => File.WriteAllText(host.Paths.OnDisk($"{Folder}/{name}"), text, new UTF8Encoding(false));
}
