using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>xenstore's daemon as far as writing needs it (Xen, docs/misc/xenstore.txt), with faults on demand.</summary>
internal sealed class XenstoreServer : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly List<string> log = [];
    private readonly Task accepting;

    internal XenstoreServer(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>What was asked: the type, and the payload with its zero bytes shown as bars.</summary>
    internal string[] Log
    {
        get
        {
            lock (gate)
            {
                return [.. log];
            }
        }
    }

    /// <summary>The raw answer to a request (type, request, payload); null for the right one.</summary>
    internal Func<uint, uint, string, byte[]?> Fault { get; set; } = (_, _, _) => null;

    internal static byte[] Message(uint type, uint request, string payload)
    {
        var message = new byte[16 + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(message, type);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), request);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), payload.Length);
        Encoding.ASCII.GetBytes(payload, message.AsSpan(16));
        return message;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await listener.AcceptAsync(ending.Token);
            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            var header = new byte[16];
            while (true)
            {
                await stream.ReadExactlyAsync(header, ending.Token);
                var payload = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12))];
                await stream.ReadExactlyAsync(payload, ending.Token);
                var (type, request) = (BinaryPrimitives.ReadUInt32LittleEndian(header), BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)));
                var text = Encoding.UTF8.GetString(payload).Replace('\0', '|');
                lock (gate)
                {
                    log.Add($"{type} {text}");
                }

                await stream.WriteAsync(Fault(type, request, text) ?? Message(type, request, "OK\0"), ending.Token);
            }
        }
        catch (Exception reason) when (reason is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Somebody hung up.
        }
    }
}
