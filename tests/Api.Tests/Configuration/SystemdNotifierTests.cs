using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>In one class, since the tests share an environment variable.</summary>
public class SystemdNotifierTests
{
    private const string Variable = "NOTIFY_SOCKET";

    [Fact]
    public async Task Systemd_hears_how_the_daemon_is()
    {
        using var folder = new TestFolder();
        await HearsAsync(folder.File("n"), folder.File("n"));
    }

    [Fact]
    public async Task An_abstract_socket_will_do()
    {
        var name = $"qapi-notify-{Environment.ProcessId}";
        await HearsAsync("@" + name, "\0" + name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("relative")]
    [InlineData("/no/such/socket")]
    [InlineData("/a-path-that-no-address-holds-a-path-that-no-address-holds-a-path-that-no-address-holds-a-path-that-no-address-holds")]
    public void Nobody_needs_to_listen(string? address)
    {
        Environment.SetEnvironmentVariable(Variable, address);
        var notifier = SystemdNotifier.TakeFromEnvironment();
        notifier.Ready();
        notifier.Stopping();
        Assert.Null(Environment.GetEnvironmentVariable(Variable));
    }

    private static async Task HearsAsync(string address, string path)
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        Environment.SetEnvironmentVariable(Variable, address);
        var notifier = SystemdNotifier.TakeFromEnvironment();
        Assert.Null(Environment.GetEnvironmentVariable(Variable));
        notifier.Ready();
        Assert.Equal("READY=1\nSTATUS=qubesd online and operational\n", await ReceiveAsync(systemd));
        notifier.ReadyReadOnly("no\nlog");
        Assert.Equal("READY=1\nSTATUS=qubesd answers reads only: no log\n", await ReceiveAsync(systemd));
        notifier.Stopping();
        Assert.Equal("STOPPING=1\n", await ReceiveAsync(systemd));
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None, Client.Ct));
    }
}
