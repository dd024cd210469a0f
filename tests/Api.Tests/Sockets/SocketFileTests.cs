using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Qubes.Cqrs.Api.Tests;

public class SocketFileTests : IDisposable
{
    private readonly TestFolder folder = new();

    private static IRequestHandler Handler { get; } = new NoHandler();

    [Fact]
    public async Task All_three_sockets_serve_their_methods()
    {
        await using var sockets = await OpenAsync();
        Assert.Equal("0\0Admin", await Client.CallAsync(folder.File("qubesd.sock"), "m"));
        Assert.Equal("0\0Internal", await Client.CallAsync(folder.File("qubesd.internal.sock"), "m"));
        Assert.Equal("0\0Misc", await Client.CallAsync(folder.File("qubesd.misc.sock"), "m"));
        await sockets.StopAsync(TimeSpan.FromSeconds(5));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("qubesd.sock")]
    [InlineData("qubesd.internal.sock")]
    [InlineData("qubesd.misc.sock")]
    public async Task A_socket_that_is_served_stops_the_start_and_leaves_no_other_behind(string name)
    {
        await using var other = AdminSocketServer.Listen(folder.File(name), SocketKind.Admin, Handler, new SocketServerOptions(), NullLogger.Instance);
        var failure = await Assert.ThrowsAsync<SocketExistsException>(OpenAsync);
        Assert.Equal($"socket already exists: '{folder.File(name)}'", failure.Message);
        Assert.Equal([folder.File(name)], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_stale_socket_is_replaced()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(folder.File("hidden")));
            File.Move(folder.File("hidden"), folder.File("qubesd.sock"));
        }

        await using var sockets = await OpenAsync();
        Assert.Equal("0\0Admin", await Client.CallAsync(folder.File("qubesd.sock"), "m"));
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_not_touched()
    {
        await File.WriteAllTextAsync(folder.File("qubesd.sock"), "mine", Client.Ct);
        await Assert.ThrowsAsync<SocketExistsException>(OpenAsync);
        Assert.Equal("mine", await File.ReadAllTextAsync(folder.File("qubesd.sock"), Client.Ct));
    }

    [Fact]
    public async Task The_socket_of_a_successor_is_left_alone()
    {
        var path = folder.File("q.sock");
        await using var first = AdminSocketServer.Listen(path, SocketKind.Admin, Handler, new SocketServerOptions(), NullLogger.Instance);
        File.Delete(path);
        await using var second = AdminSocketServer.Listen(path, SocketKind.Misc, Handler, new SocketServerOptions(), NullLogger.Instance);
        second.Start();
        await first.StopAsync(TimeSpan.Zero);
        Assert.Equal("0\0Misc", await Client.CallAsync(path, "m"));
    }

    [Fact]
    public async Task Stopping_twice_leaves_a_successor_alone()
    {
        var path = folder.File("q.sock");
        await using var first = AdminSocketServer.Listen(path, SocketKind.Admin, Handler, new SocketServerOptions(), NullLogger.Instance);
        await first.StopAsync(TimeSpan.Zero);
        await using var second = AdminSocketServer.Listen(path, SocketKind.Misc, Handler, new SocketServerOptions(), NullLogger.Instance);
        second.Start();
        await first.DisposeAsync();
        Assert.Equal("0\0Misc", await Client.CallAsync(path, "m"));
    }

    [Fact]
    public async Task Only_the_owner_and_the_group_may_connect()
    {
        var group = (await RunAsync("id", "-gn")).Trim();
        await using var sockets = await OpenAsync(new SocketServerOptions { Group = group });
        Assert.Equal($"770 {group} socket", (await RunAsync("stat", "-c", "%a %G %F", folder.File("qubesd.sock"))).Trim());
    }

    [Fact]
    public async Task Without_the_group_others_stay_out()
    {
        await using var sockets = await OpenAsync(new SocketServerOptions { Group = "no-such-group" });
        Assert.Equal(LibC.EffectiveUser() == 0 ? "770" : "700", (await RunAsync("stat", "-c", "%a", folder.File("qubesd.sock"))).Trim());
    }

    [Fact]
    public async Task A_path_that_no_address_holds_is_refused_clearly()
    {
        var path = folder.File(new string('x', 100));
        var failure = Assert.Throws<IOException>(() =>
            AdminSocketServer.Listen(path, SocketKind.Admin, Handler, new SocketServerOptions(), NullLogger.Instance));
        Assert.StartsWith("path of a socket is too long", failure.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public void A_missing_folder_is_refused_clearly()
    {
        var failure = Assert.Throws<IOException>(() => AdminSocketServer.Listen(
            folder.File("none/q.sock"), SocketKind.Admin, Handler, new SocketServerOptions(), NullLogger.Instance));
        Assert.StartsWith("cannot create", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Descriptors_are_raised_as_far_as_allowed()
    {
        var allowed = ProcessLimits.RaiseFileDescriptors();
        var line = File.ReadLines("/proc/self/limits").Single(text => text.StartsWith("Max open files", StringComparison.Ordinal));
        var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(columns[4], columns[3]);
        Assert.Equal(columns[3], $"{allowed}");
    }

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!; // no shell, so never null
        var text = await process.StandardOutput.ReadToEndAsync(Client.Ct);
        await process.WaitForExitAsync(Client.Ct);
        return text;
    }

    private Task<AdminSockets> OpenAsync() => OpenAsync(new SocketServerOptions());

    private Task<AdminSockets> OpenAsync(SocketServerOptions options) => AdminSockets.OpenAsync(folder.Path, Handler, options, NullLogger.Instance);

    private sealed class NoHandler : IRequestHandler
    {
        public ValueTask HandleAsync(Request request, ReplyWriter reply, CancellationToken disconnected)
        {
            reply.Ok($"{request.Socket}");
            return ValueTask.CompletedTask;
        }
    }
}
