using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Tells systemd how the daemon is (sd_notify).</summary>
public sealed class SystemdNotifier
{
    private const string Variable = "NOTIFY_SOCKET";
    private readonly string? socketPath;

    private SystemdNotifier(string? socketPath) => this.socketPath = socketPath;

    /// <summary>Takes the socket from the environment, so that children do not find it there.</summary>
    public static SystemdNotifier TakeFromEnvironment()
    {
        var path = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        return new SystemdNotifier(path is ['/' or '@', _, ..] ? path : null); // anything else, systemd does not send
    }

    /// <summary>The daemon serves.</summary>
    public void Ready() => Send("READY=1\nSTATUS=qubesd online and operational\n");

    /// <summary>The daemon serves, but refuses changes.</summary>
    public void ReadyReadOnly(string reason) => Send($"READY=1\nSTATUS=qubesd answers reads only: {reason.ReplaceLineEndings(" ")}\n");

    /// <summary>The daemon stops.</summary>
    public void Stopping() => Send("STOPPING=1\n");

    private void Send(string state)
    {
        if (socketPath is null)
        {
            return;
        }

        // A leading @ stands for the NUL of an abstract name.
        var address = socketPath[0] == '@' ? "\0" + socketPath[1..] : socketPath;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(address));
        }
        catch (Exception unheard) when (unheard is SocketException or ArgumentException)
        {
            // Whoever started us does not listen any more: nothing depends on it.
        }
    }
}
