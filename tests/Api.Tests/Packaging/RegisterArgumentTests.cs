using System.Runtime.Versioning;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The service by which a qube lets another one call it with one more argument. Source: spec, policy 4; docs/packaging.md.</summary>
[SupportedOSPlatform("linux")]
public sealed class RegisterArgumentTests : IDisposable
{
    private const string Service = "policy.RegisterArgument";
    private const string Head = "## Written by policy.RegisterArgument; gone with the next start of the system.\n";
    private const string Uuid = "uuid:5b3e7a52-0000-4000-8000-000000000001";

    private readonly ServiceBench bench = new();

    private string Written => Path.Combine(bench.RunFolder, "policy.d/60-registered-arguments.policy");

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("key1", "work", "u2f.Authenticate +key1 work sys-usb allow")]
    [InlineData("key1\n", "work", "u2f.Authenticate +key1 work sys-usb allow")]
    [InlineData("a+B-c_d.9", "work.x_y-1", "u2f.Authenticate +a+B-c_d.9 work.x_y-1 sys-usb allow")]
    [InlineData("k", Uuid, $"u2f.Authenticate +k {Uuid} sys-usb allow")]
    public async Task A_rule_is_written(string argument, string client, string rule)
    {
        var ran = await RegisterAsync(argument, client);
        Assert.Equal((0, "", ""), (ran.Code, ran.Output, ran.Error));
        Assert.Equal(Head + rule + "\n", await File.ReadAllTextAsync(Written, Client.Ct));
        Assert.Equal([Written], Directory.GetFileSystemEntries(Path.GetDirectoryName(Written)!));
        Assert.Empty(bench.Leftovers);
    }

    [Fact]
    public async Task Rules_are_added_once_each()
    {
        await RegisterAsync("a", "work");
        await RegisterAsync("b", "work");
        await RegisterAsync("a", "work");
        await RegisterAsync("a", "personal");
        Assert.Equal(
            Head + "u2f.Authenticate +a work sys-usb allow\nu2f.Authenticate +b work sys-usb allow\nu2f.Authenticate +a personal sys-usb allow\n",
            await File.ReadAllTextAsync(Written, Client.Ct));
    }

    [Fact]
    public async Task Who_may_read_the_policy_may_read_the_rules()
    {
        await RegisterAsync("a", "work");
        Assert.Equal("664", Convert.ToString((int)File.GetUnixFileMode(Written), 8));
    }

    [Fact]
    public async Task A_line_that_somebody_left_open_is_ended()
    {
        await File.WriteAllTextAsync(Written, "other.Service * a b deny", Client.Ct);
        await RegisterAsync("a", "work");
        Assert.Equal("other.Service * a b deny\nu2f.Authenticate +a work sys-usb allow\n", await File.ReadAllTextAsync(Written, Client.Ct));
    }

    [Fact]
    public async Task What_is_written_admits_just_that_call()
    {
        await RegisterAsync("key1", "work");
        var rules = PolicyLoader.Load(
            PolicyFiles.None.With(PolicyLocations.Permanent, PolicyFile.Folder).With(PolicyLocations.Runtime + "/x.policy", PolicyFile.Of(await File.ReadAllTextAsync(Written, Client.Ct))),
            PolicyLocations.Standard).Rules.All;
        var rule = Assert.Single(rules);
        Assert.Equal(("u2f.Authenticate", "+key1", PolicyAction.Allow), (rule.Service, rule.Argument, rule.Action));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a\n\n")]
    [InlineData("a\0")]
    [InlineData("\0a")]
    [InlineData("*")]
    [InlineData("a\r\n")]
    [InlineData("a\t* * allow")]
    [InlineData("\u00e9")]
    [InlineData("$(id)")]
    [InlineData("a'; * * * * allow #")]
    public Task An_argument_that_is_no_word_is_refused(string argument) => RefusedAsync("u2f.Authenticate", "sys-usb", "work", argument);

    [Theory]
    [InlineData("", "sys-usb", "work")]
    [InlineData("*", "sys-usb", "work")]
    [InlineData("a+b", "sys-usb", "work")]
    [InlineData("a b", "sys-usb", "work")]
    [InlineData("svc", "dom0", "work")]
    [InlineData("svc", "", "work")]
    [InlineData("svc", "sys-usb", "")]
    [InlineData("svc", "sys-usb", "dom0")]
    [InlineData("svc", "sys-usb", "@anyvm")]
    [InlineData("svc", "sys-usb", "*")]
    [InlineData("svc", "sys-usb", "a b")]
    [InlineData("svc", "sys-usb", "a\nb")]
    [InlineData("svc", "sys-usb", "uuid:00000000-0000-0000-0000-000000000000")]
    [InlineData("svc", "sys-usb", "uuid:5b3e7a52-0000-4000-8000-00000000000 allow")]
    [InlineData("svc", "sys-usb", "uuid:5B3E7A52-0000-4000-8000-000000000001")]
    [InlineData("svc", "sys-usb", "uuid:x")]
    public Task Words_that_mean_more_than_themselves_are_refused(string service, string provider, string client) => RefusedAsync(service, provider, client, "key");

    [Fact]
    public async Task An_argument_is_as_long_as_it_may_be_but_no_longer()
    {
        await RefusedAsync("svc", "sys-usb", "work", new string('x', 129));
        await RefusedAsync("svc", "sys-usb", "work", new string('x', 100_000));
        Assert.Equal(0, (await RegisterAsync(new string('x', 128) + "\n", "work")).Code);
    }

    [Fact]
    public async Task One_qube_cannot_fill_the_policy()
    {
        var full = string.Concat(Enumerable.Range(0, 500).Select(number => $"svc +{number} work sys-usb allow\n"));
        await File.WriteAllTextAsync(Written, full, Client.Ct);
        Assert.Equal(1, (await RegisterAsync("one", "work")).Code);
        Assert.Equal(full, await File.ReadAllTextAsync(Written, Client.Ct));
        Assert.Equal(0, (await bench.CallAsync(Service, "other", "work", "svc", "one")).Code);
    }

    [Fact]
    public async Task Many_at_once_lose_nothing()
    {
        bench.Service(Service);
        var program = bench.Service(Service);
        var ran = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => bench.RunAsync(program, [], "sys-usb", "work", "svc", $"key{number}")));
        Assert.All(ran, one => Assert.Equal(0, one.Code));
        Assert.Equal(
            Enumerable.Range(0, 12).Select(number => $"svc +key{number} work sys-usb allow").Order(StringComparer.Ordinal),
            (await File.ReadAllLinesAsync(Written, Client.Ct)).Skip(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_nobody_reads_the_policy_nothing_is_written()
    {
        Directory.Delete(Path.GetDirectoryName(Written)!);
        Assert.Equal(1, (await RegisterAsync("key", "work")).Code);
        Assert.Empty(Directory.GetFileSystemEntries(bench.RunFolder));
    }

    private Task<RanProgram> RegisterAsync(string argument, string client) => bench.CallAsync(Service, "sys-usb", client, "u2f.Authenticate", argument);

    private async Task RefusedAsync(string service, string provider, string client, string argument)
    {
        var ran = await bench.CallAsync(Service, provider, client, service, argument);
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.StartsWith("policy.RegisterArgument: ", ran.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Written));
        Assert.Empty(bench.Leftovers);
    }
}
