using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public class RequestOverSocketTests
{
    [Theory]
    [InlineData("admin.vm.property.Set+label", "work", "tpl", "red\0x", "admin.vm.property.Set|label|work|name|tpl|red\0x")]
    [InlineData("nope", "dom0", "dom0", "", "nope||dom0|name|dom0|")]
    [InlineData("a-name-that-is-longer-than-every-method-in-the-table-and-than-the-buffer-that-looks-it-up", "dom0", "dom0", "",
        "a-name-that-is-longer-than-every-method-in-the-table-and-than-the-buffer-that-looks-it-up||dom0|name|dom0|")]
    public async Task A_request_reaches_the_handler(string call, string source, string destination, string payload, string understood)
    {
        await using var server = TestServer.Echo();
        Assert.Equal("0\0" + understood, await Client.CallAsync(server.Path, call, source, destination, payload));
    }

    [Fact]
    public async Task The_keyword_adminvm_means_dom0()
    {
        await using var server = TestServer.Echo();
        Assert.Equal("0\0m||work|keyword|dom0|", await Client.CallAsync(server.Path, Frames.Of("m", "work", "adminvm", type: "keyword")));
    }

    [Fact]
    public async Task The_row_of_the_method_comes_with_the_request()
    {
        await using var server = TestServer.Start((request, reply) => reply.Ok($"{request.Socket} {request.Entry?.Destination}"));
        Assert.Equal("0\0Admin NotAdminVm", await Client.CallAsync(server.Path, "admin.vm.notes.Get"));
        Assert.Equal("0\0Admin ", await Client.CallAsync(server.Path, "internal.GetSystemInfo"));
    }

    [Theory]
    [InlineData("", "framing error")]
    [InlineData("\0", "framing error")]
    [InlineData("garbage\0", "framing error")]
    [InlineData("m dom0 keyword dispvm\0", "framing error")]
    [InlineData("\u00ff dom0 name dom0\0", "not ASCII")]
    public async Task A_malformed_request_is_dropped_without_a_byte(string request, string logged)
    {
        await using var server = TestServer.Echo();
        Assert.Equal("", await Client.CallAsync(server.Path, Encoding.Latin1.GetBytes(request)));
        await server.WhenIdleAsync();
        Assert.Contains(logged, Assert.Single(server.Log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(4096)]
    [InlineData(65535)]
    [InlineData(65536)]
    public async Task A_request_may_have_65536_bytes(int bytes)
    {
        await using var server = TestServer.Start((request, reply) => reply.Ok($"{request.UntrustedPayload.Length}"));
        var request = Frames.Of("m", payload: new string('x', bytes - Frames.Of("m").Length));
        Assert.Equal($"0\0{bytes - Frames.Of("m").Length}", await Client.CallAsync(server.Path, request));
    }

    [Theory]
    [InlineData(65537)]
    [InlineData(1_000_000)]
    public async Task A_longer_one_is_dropped_without_a_byte(int bytes)
    {
        await using var server = TestServer.Echo();
        Assert.Equal("", await Client.CallAsync(server.Path, Encoding.Latin1.GetBytes("m dom0 name dom0\0".PadRight(bytes, 'x'))));
        await server.WhenIdleAsync();
        Assert.Equal(["Warning 1101 request too long"], server.Log.Lines);
    }

    [Fact]
    public async Task A_longer_one_is_dropped_before_its_end()
    {
        await using var server = TestServer.Echo();
        using var client = await Client.ConnectAsync(server.Path);
        await client.SendAsync(new byte[70_000]);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Nothing_is_interpreted_before_the_end()
    {
        var calls = 0;
        await using var server = TestServer.Start((_, reply) =>
        {
            calls++;
            reply.Ok();
        });
        using var client = await Client.ConnectAsync(server.Path);
        foreach (var part in Frames.Of("admin.vm.List", payload: "x"))
        {
            await client.SendAsync(new[] { part });
            await Task.Delay(2, Client.Ct);
        }

        Assert.Equal(0, calls);
        client.CloseSending();
        Assert.Equal("0\0", await client.ReadToEndAsync());
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_refusal_is_answered_and_logged_by_its_family()
    {
        await using var server = TestServer.Start((request, reply) =>
        {
            reply.Ok("half an answer");
            throw request.Method == "a" ? new InvalidRequestException("bad\nline") : new RefusedException("no");
        });
        Assert.Equal("2\0QubesException\0\0no\0", await Client.CallAsync(server.Path, "b"));
        Assert.Equal("2\0ProtocolError\0\0bad\nline\0", await Client.CallAsync(server.Path, "a+\u0001b", "work", payload: "xyz"));
        await server.WhenIdleAsync();
        Assert.Equal(["Warning 1104 failed call a+?b (work → dom0) with payload of 3 bytes due to ProtocolError: bad?line"], server.Log.Lines);
    }

    [Fact]
    public async Task A_traceback_is_told_only_when_debugging()
    {
        await using var server = TestServer.Start((_, _) => throw new RefusedException("no"), new SocketServerOptions { Debug = true });
        var fields = (await Client.CallAsync(server.Path, "b")).Split('\0');
        Assert.Equal(("2", "QubesException", "no"), (fields[0], fields[1], fields[3]));
        Assert.Contains(nameof(RefusedException), fields[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_ours_drops_the_connection_without_a_byte()
    {
        await using var server = TestServer.Start((_, reply) =>
        {
            reply.Ok("half an answer");
            throw new InvalidOperationException("a secret");
        });
        Assert.Equal("", await Client.CallAsync(server.Path, "b+" + new string('y', 1000)));
        await server.WhenIdleAsync();
        var line = Assert.Single(server.Log.Lines);
        Assert.StartsWith("Error 1106 unhandled exception in call b+yyy", line, StringComparison.Ordinal);
        Assert.True(line.Length < 500);
    }

    [Fact]
    public async Task An_unanswered_request_is_closed()
    {
        await using var server = TestServer.Start((_, _) => { });
        Assert.Equal("", await Client.CallAsync(server.Path, "m"));
    }

    [Fact]
    public async Task A_long_reply_arrives_whole()
    {
        var content = string.Concat(Enumerable.Range(0, 100_000).Select(line => $"{line:D9}\n"));
        await using var server = TestServer.Start((_, reply) => reply.Ok(content));
        Assert.Equal("0\0" + content, await Client.CallAsync(server.Path, "m"));
    }

    [Fact]
    public async Task The_peer_is_the_process_that_connected()
    {
        await using var server = TestServer.Start((request, reply) =>
        {
            var peer = request.GetPeer();
            Assert.Same(peer, request.GetPeer());
            reply.Ok($"{peer.UserId} {peer.ProcessId} {peer.Command}");
        });
        var command = (await File.ReadAllTextAsync("/proc/self/comm", Client.Ct)).TrimEnd('\n');
        Assert.Equal($"0\0{LibC.EffectiveUser()} {Environment.ProcessId} {command}", await Client.CallAsync(server.Path, "m"));
    }

    [Theory]
    [InlineData("bash\n", "bash")]
    [InlineData("a b", "a b")]
    [InlineData("\u001b[31m\u00e9\n", "?[31m?")]
    [InlineData("x\ny\n", "x")]
    [InlineData("", "")]
    public void A_command_name_is_made_printable(string name, string expected) =>
        Assert.Equal(expected, PeerProcess.Sanitise(Encoding.Latin1.GetBytes(name)));
}
