using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A daemon of one database, as the protocol's page describes it (spec, qubesdb.md 8), with faults on demand.</summary>
internal sealed class QubesDbServer : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string path;
    private readonly CancellationTokenSource ending = new();
    private readonly List<Client> clients = [];
    private readonly Lock gate = new();
    private readonly Task accepting;
    private bool isEnded;

    internal QubesDbServer(string path)
    {
        this.path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The keys.</summary>
    internal SortedDictionary<string, string> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>Every write and removal, in order.</summary>
    internal List<string> Log { get; } = [];

    /// <summary>Every path that was ever watched.</summary>
    internal List<string> Watches { get; } = [];

    /// <summary>The raw answer to a request instead of the right one; null for the right one, an empty one for none at all.</summary>
    internal Func<byte, string, byte[]?> Fault { get; set; } = (_, _) => null;

    /// <summary>Passed by each request: holds them up while it is not completed.</summary>
    internal Task Gate { get; set; } = Task.CompletedTask;

    internal static byte[] Message(byte type, string path, string value = "")
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var message = new byte[72 + bytes.Length];
        message[0] = type;
        Encoding.Latin1.GetBytes(path, message.AsSpan(1));
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(68), bytes.Length);
        bytes.CopyTo(message, 72);
        return message;
    }

    /// <summary>The keys as lines.</summary>
    internal string[] Lines()
    {
        lock (gate)
        {
            return [.. Keys.Select(key => $"{key.Key}={key.Value}")];
        }
    }

    /// <summary>The log so far.</summary>
    internal string[] LogLines()
    {
        lock (gate)
        {
            return [.. Log];
        }
    }

    /// <summary>Writes as the qube itself.</summary>
    internal Task SetAsync(string key, string value)
    {
        lock (gate)
        {
            Keys[key] = value;
        }

        return TellAsync(key);
    }

    public async ValueTask DisposeAsync()
    {
        if (isEnded)
        {
            return;
        }

        isEnded = true;
        await ending.CancelAsync();
        listener.Dispose();
        File.Delete(path);
        lock (gate)
        {
            clients.ForEach(client => client.Dispose());
        }

        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = new Client(await listener.AcceptAsync(ending.Token));
            lock (gate)
            {
                clients.Add(client);
            }

            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(Client client)
    {
        try
        {
            await using var stream = new NetworkStream(client.Socket);
            var header = new byte[72];
            while (true)
            {
                await stream.ReadExactlyAsync(header, ending.Token);
                var value = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(68))];
                await stream.ReadExactlyAsync(value, ending.Token);
                await Gate;
                var key = Encoding.ASCII.GetString(header, 1, 64).TrimEnd('\0');
                await client.SendAsync(Fault(header[0], key) ?? Answer(client, header[0], key, Encoding.UTF8.GetString(value)));
                if (header[0] is 1 or 4)
                {
                    await TellAsync(key);
                }
            }
        }
        catch (Exception reason) when (reason is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Somebody hung up.
        }
    }

    private byte[] Answer(Client client, byte type, string key, string value)
    {
        lock (gate)
        {
            switch (type)
            {
                case 0:
                    return Keys.TryGetValue(key, out var found) ? Message(10, key, found) : Message(8, key);
                case 1:
                    Log.Add($"{key}={value}");
                    Keys[key] = value;
                    return Message(7, key);
                case 2:
                    return [.. Below(key).SelectMany(entry => Message(11, entry.Key, entry.Value)), .. Message(11, "")];
                case 3:
                    return [.. Below(key).SelectMany(entry => Message(12, entry.Key)), .. Message(12, "")];
                case 4:
                    Log.Add("-" + key);
                    var gone = key.EndsWith('/') ? [.. Below(key).Select(entry => entry.Key)] : Keys.ContainsKey(key) ? new List<string> { key } : [];
                    gone.ForEach(path => Keys.Remove(path));
                    return Message(gone.Count > 0 ? (byte)7 : (byte)8, key);
                default:
                    Watches.Add(key);
                    client.Watched.Add(key);
                    return Message(7, key);
            }
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Below(string prefix) => Keys.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal));

    private async Task TellAsync(string key)
    {
        List<Client> told;
        lock (gate)
        {
            told = clients.FindAll(client => client.Watched.Exists(watched => watched == key || (watched.EndsWith('/') && key.StartsWith(watched, StringComparison.Ordinal))));
        }

        foreach (var client in told)
        {
            await client.SendAsync(Message(13, key));
        }
    }

    private sealed class Client(Socket socket) : IDisposable
    {
        private readonly SemaphoreSlim turn = new(1, 1);

        internal Socket Socket { get; } = socket;

        internal List<string> Watched { get; } = [];

        public void Dispose()
        {
            Socket.Dispose();
            turn.Dispose();
        }

        internal async Task SendAsync(byte[] bytes)
        {
            await turn.WaitAsync();
            try
            {
                for (var sent = 0; sent < bytes.Length;)
                {
                    sent += await Socket.SendAsync(bytes.AsMemory(sent));
                }
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The client hung up.
            }
            finally
            {
                turn.Release();
            }
        }
    }
}
