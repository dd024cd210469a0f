using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Answers what a test tells it to on a real socket: the harness is tested against it.</summary>
internal sealed class FakeDaemon : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("qf-").FullName;
    private readonly Func<string, FakeDaemon, byte[]> answer;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource stop = new();
    private readonly List<Socket> subscribers = [];
    private readonly List<Socket> held = [];
    private readonly Task serving;

    /// <param name="answer">Gives the bytes of the reply to a request (Latin-1) and may announce events.</param>
    public FakeDaemon(Func<string, FakeDaemon, byte[]> answer)
    {
        this.answer = answer;
        Sockets = new DaemonSockets(folder);
        listener.Bind(new UnixDomainSocketEndPoint(Sockets.Main));
        listener.Listen(64);
        serving = ServeAsync();
    }

    public DaemonSockets Sockets { get; }

    public static byte[] Ok(string content = "") => Encoding.Latin1.GetBytes("0\0" + content);

    public static byte[] Refusal(string type, string message) => Encoding.Latin1.GetBytes($"2\0{type}\0\0{message}\0");

    public static byte[] Frame(WireEvent wire) => Encoding.Latin1.GetBytes(
        $"1\0{wire.Subject}\0{wire.Name}\0{string.Concat(wire.Values.Select(pair => $"{pair.Key}\0{pair.Value}\0"))}\0");

    /// <summary>Tells every subscriber.</summary>
    public void Announce(WireEvent wire)
    {
        foreach (var subscriber in subscribers)
            subscriber.Send(Frame(wire));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        foreach (var connection in subscribers.Concat(held))
            connection.Dispose();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        await Task.Yield();
        try
        {
            while (true)
                await ServeOneAsync(await listener.AcceptAsync(stop.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeOneAsync(Socket connection)
    {
        using var received = new MemoryStream();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        patience.CancelAfter(TimeSpan.FromMilliseconds(300));
        try
        {
            await AdminClient.ReadToEndAsync(connection, received, SendOptions.Default, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // A client that does not close its sending side gets no answer.
            held.Add(connection);
            return;
        }

        var request = Encoding.Latin1.GetString(received.ToArray());
        if (request.StartsWith("admin.Events ", StringComparison.Ordinal))
        {
            connection.Send(Frame(new WireEvent("", "connection-established", [])));
            subscribers.Add(connection);
            return;
        }

        connection.Send(answer(request, this));
        connection.Dispose();
    }
}
