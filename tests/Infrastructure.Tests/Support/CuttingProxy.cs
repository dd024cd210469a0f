using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Stands between the log and its server and cuts connections at a chosen moment.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), "qubes-proxy-" + Guid.NewGuid().ToString("N")[..12]);
    private readonly CancellationTokenSource closing = new();
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly NpgsqlConnectionStringBuilder target;
    private readonly Task accepting;
    private CancellationTokenSource connected = new();
    private volatile Cut cut;

    public CuttingProxy(string connectionString)
    {
        target = new NpgsqlConnectionStringBuilder(connectionString);
        Directory.CreateDirectory(directory);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(directory, ".s.PGSQL.5432")));
        listener.Listen();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString) { Host = directory, Port = 5432 }.ConnectionString;
        accepting = AcceptAsync();
    }

    private enum Cut
    {
        None,
        BeforeServer,
        BeforeClient,
    }

    public string ConnectionString { get; }

    /// <summary>The next thing that the writer sends gets lost, and its connection with it.</summary>
    public void LoseNextRequest() => cut = Cut.BeforeServer;

    /// <summary>The next thing that the writer sends arrives, but the answer gets lost, and its connection with it.</summary>
    public void LoseNextReply() => cut = Cut.BeforeClient;

    /// <summary>Cuts every connection now.</summary>
    public Task CutAllAsync() => Interlocked.Exchange(ref connected, new CancellationTokenSource()).CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await CutAllAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Directory.Delete(directory, recursive: true);
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            var client = await listener.AcceptAsync(closing.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var ours = client;
        var isLocal = target.Host is ['/', ..];
        using var theirs = new Socket(isLocal ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        await theirs.ConnectAsync(isLocal ? new UnixDomainSocketEndPoint($"{target.Host}/.s.PGSQL.{target.Port}") : new DnsEndPoint(target.Host ?? "", target.Port));
        var end = connected.Token;
        await Task.WhenAny(PumpAsync(ours, theirs, Cut.BeforeServer, end), PumpAsync(theirs, ours, Cut.BeforeClient, end));
    }

    private async Task PumpAsync(Socket from, Socket to, Cut here, CancellationToken end)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReceiveAsync(buffer, end) is > 0 and var count && cut != here)
        {
            await to.SendAsync(buffer.AsMemory(0, count), end);
        }

        if (cut == here)
        {
            cut = Cut.None;
        }
    }
}
