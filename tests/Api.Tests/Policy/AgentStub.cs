using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>An agent that shows nobody anything: it keeps what it was asked and answers as it was told.</summary>
internal sealed class AgentStub : IDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Listens on a path.</summary>
    internal AgentStub(string path)
    {
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(512);
        _ = ServeAsync();
    }

    /// <summary>What it was asked: the header, and the JSON.</summary>
    internal ConcurrentQueue<(string Header, JsonNode? Parameters)> Calls { get; } = new();

    /// <summary>What it answers, when it does.</summary>
    internal Func<Task<string>> Answer { get; set; } = () => Task.FromResult("");

    /// <summary>Whether a caller hung up before it was answered.</summary>
    internal TaskCompletionSource Abandoned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var received = new MemoryStream();
        await stream.CopyToAsync(received);
        var text = Encoding.UTF8.GetString(received.ToArray());
        var end = text.IndexOf('\0', StringComparison.Ordinal);
        Calls.Enqueue((text[..end], JsonNode.Parse(text[(end + 1)..])));
        var answer = Answer();
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, Task.Delay(5));
            if (socket.Poll(0, SelectMode.SelectError) || IsGone(socket))
            {
                Abandoned.TrySetResult();
                return;
            }
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(await answer));
    }

    // Its sending side was closed before; once all of it is, sending fails.
    private static bool IsGone(Socket socket)
    {
        try
        {
            socket.Send(Array.Empty<byte>());
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
