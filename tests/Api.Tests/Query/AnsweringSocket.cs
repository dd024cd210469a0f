using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Stands in for the daemon: notes each request and answers all of them alike.</summary>
internal sealed class AnsweringSocket : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task serving;

    /// <param name="path">Where it listens.</param>
    /// <param name="reply">What it answers, Latin-1; to a request that begins with a key of the table, what stands there.</param>
    /// <param name="replies">Other replies, by the beginning of the request.</param>
    internal AnsweringSocket(string path, string reply, params (string Request, string Reply)[] replies)
    {
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        serving = ServeAsync(request => replies.FirstOrDefault(row => request.StartsWith(row.Request, StringComparison.Ordinal)).Reply ?? reply);
    }

    /// <summary>The requests in order, Latin-1.</summary>
    internal List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await serving;
    }

    private async Task ServeAsync(Func<string, string> answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                await using var stream = new NetworkStream(client);
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes);
                var request = Encoding.Latin1.GetString(bytes.ToArray());
                lock (Requests)
                {
                    Requests.Add(request);
                }

                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer(request)));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
