using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Stands in for the daemon's side of an import: hands out a place to write to, and notes what it is told.</summary>
internal sealed class ImportServer : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task serving;

    /// <param name="socket">Where it listens.</param>
    /// <param name="area">The file to write to.</param>
    /// <param name="size">The size of the volume, where the caller tells none.</param>
    public ImportServer(string socket, string area, long size)
    {
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        listener.Listen();
        serving = ServeAsync(area, size);
    }

    /// <summary>Header and payload of the requests, in order.</summary>
    public ConcurrentQueue<(string Header, string Payload)> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await serving;
    }

    private async Task ServeAsync(string area, long size)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                await using var stream = new NetworkStream(client);
                using var request = new MemoryStream();
                await stream.CopyToAsync(request);
                var parts = Encoding.UTF8.GetString(request.ToArray()).Split('\0', 2);
                Requests.Enqueue((parts[0], parts[1]));
                await stream.WriteAsync(Encoding.UTF8.GetBytes(Reply(parts[0], parts[1], area, size)));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static string Reply(string header, string payload, string area, long size)
    {
        if (header.StartsWith("internal.vm.volume.ImportBegin+", StringComparison.Ordinal))
        {
            return payload.All(char.IsAsciiDigit)
                ? $"0\0{(payload.Length > 0 ? payload : size)} {area}"
                : "2\0ProtocolError\0\0Size of new data contains non ASCII digits\0";
        }

        return payload == "ok" ? "0\0" : $"2\0QubesException\0\0Data import failed: {payload.Split('\n', 2)[1]}\0";
    }
}
