using System.Runtime.Versioning;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The service that connects a caller with a qube's console. Source: spec, wire protocol 9.</summary>
[SupportedOSPlatform("linux")]
public sealed class ConsoleServiceTests : IDisposable
{
    private const string Service = "admin.vm.Console";
    private const string Uuid = "uuid:5b3e7a52-0000-4000-8000-000000000001";

    private readonly ServiceBench bench = new();

    public ConsoleServiceTests()
    {
        bench.Play("socat", "echo \"socat $*\"; cat");
        bench.Play("sudo", "echo \"sudo $*\"");
    }

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task The_caller_is_connected_with_the_terminal()
    {
        await using var daemon = bench.Answer("", "0\0/dev/null");
        var ran = await bench.CallAsync(Service, "manager", "work", input: "typed");

        Assert.Equal((0, "socat STDIO OPEN:/dev/null,rawer\ntyped", ""), (ran.Code, ran.Output, ran.Error));
        Assert.Equal(["admin.vm.Console manager name work\0"], daemon.Requests);
        Assert.Empty(bench.Leftovers);
    }

    [Fact]
    public async Task A_terminal_of_root_is_opened_as_root()
    {
        await using var daemon = bench.Answer("", "0\0/dev/pts/987654");
        Assert.Equal("sudo -n -- socat STDIO OPEN:/dev/pts/987654,rawer\n", (await bench.CallAsync(Service, "manager", "work")).Output);
    }

    [Theory]
    [InlineData("2\0QubesVMNotRunningError\0\0Domain not running (either powered off or paused): 'work'\0")]
    [InlineData("")]
    public async Task A_refusal_reaches_the_caller_as_it_is(string reply)
    {
        await using var daemon = bench.Answer("", reply);
        var ran = await bench.CallAsync(Service, "manager", "work");
        Assert.Equal((1, reply), (ran.Code, ran.Output));
        Assert.Empty(bench.Leftovers);
    }

    [Fact]
    public async Task An_argument_is_left_to_the_daemon_to_refuse()
    {
        await using var daemon = bench.Answer("", "2\0ProtocolError\0\0unexpected argument\0");
        await bench.CallAsync(Service, "manager", "work", "x");
        Assert.Equal(["admin.vm.Console+x manager name work\0"], daemon.Requests);
    }

    [Fact]
    public async Task Only_one_is_connected_at_a_time()
    {
        await using var daemon = bench.Answer("", "0\0/dev/null");
        var ran = await WhileLockedAsync("work", "work");
        Assert.Equal((200, ""), (ran.Code, ran.Output));
        Assert.Equal(0, (await WhileLockedAsync("personal", "work")).Code);
    }

    [Fact]
    public async Task A_qube_that_is_named_by_its_uuid_has_the_same_lock()
    {
        await using var daemon = bench.Answer("", "0\0/dev/null", ("admin.vm.List ", $"0\0work class=AppVM state=Running {Uuid}\n"));
        Assert.Equal(200, (await WhileLockedAsync("work", Uuid)).Code);
        Assert.Equal([$"admin.vm.Console manager name {Uuid}\0", $"admin.vm.List dom0 name {Uuid}\0"], daemon.Requests);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("-x")]
    [InlineData("")]
    [InlineData("$(touch${IFS}x)")]
    [InlineData("a\nb")]
    public async Task What_is_no_name_becomes_no_path(string target)
    {
        await using var daemon = bench.Answer("", "0\0/dev/null");
        var ran = await bench.CallAsync(Service, "manager", target);
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.Empty(Directory.GetFiles(bench.RunFolder));
    }

    [Theory]
    [InlineData("0\0")]
    [InlineData("0\0/etc/passwd")]
    [InlineData("0\0/dev/null,unlink")]
    [InlineData("0\0/dev/../etc/passwd")]
    [InlineData("0\0/dev/null\nx")]
    [InlineData("0\0/dev/")]
    public async Task What_is_no_terminal_is_not_opened(string reply)
    {
        await using var daemon = bench.Answer("", reply);
        var ran = await bench.CallAsync(Service, "manager", "work");
        Assert.Equal((1, "", "admin.vm.Console: the daemon names no terminal\n"), (ran.Code, ran.Output, ran.Error));
    }

    private Task<RanProgram> WhileLockedAsync(string locked, string target) =>
        bench.RunAsync("/usr/bin/flock", [Path.Combine(bench.RunFolder, locked + ".terminal.lock"), bench.Service(Service)], "manager", target);
}
