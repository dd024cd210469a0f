using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>The log in which <c>work</c> ran, with somebody at the daemon's socket who answers <c>qubes.cqrs.Log</c> as the daemon does.</summary>
public sealed class AskedLog : RunningLog
{
    /// <summary>What was asked for so far.</summary>
    public int Asked { get; private set; }

    /// <summary>Runs <c>qubes-history</c> while somebody answers.</summary>
    /// <param name="cut">How many bytes of each answer are lost.</param>
    /// <param name="arguments">The arguments.</param>
    public async Task<Finished> RunAskingAsync(int cut, params string[] arguments)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Root, "run")).FullName, "qubesd.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var end = new CancellationTokenSource();
        var answering = AnswerAsync(listener, cut, end.Token);
        try
        {
            return await RunAsync(arguments);
        }
        finally
        {
            File.Delete(path);
            await end.CancelAsync();
            await answering;
        }
    }

    private async Task AnswerAsync(Socket listener, int cut, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptAsync(ct);
                await using var stream = new NetworkStream(connection);
                using var request = new MemoryStream();
                await stream.CopyToAsync(request, ct);
                var reply = await ReplyAsync(request.ToArray(), ct);
                await stream.WriteAsync(reply.AsMemory(0, reply.Length - cut), ct);
            }
        }
        catch (OperationCanceledException)
        {
            // It was enough.
        }
    }

    private async Task<byte[]> ReplyAsync(byte[] frame, CancellationToken ct)
    {
        var end = Array.IndexOf(frame, (byte)0);
        Assert.Equal("qubes.cqrs.Log dom0 name dom0", Encoding.ASCII.GetString(frame, 0, end));
        Asked++;
        var reply = new ArrayBufferWriter<byte>();
        try
        {
            var page = await new LogPages(Host.Search, Host.Serializer, TimeProvider.System).FindAsync(LogRequest.Read(frame.AsSpan(end + 1)), ct);
            reply.Write<byte>([(byte)'0', 0]);
            page.Write(reply);
            return reply.WrittenSpan.ToArray();
        }
        catch (QuestionException refusal)
        {
            return Encoding.UTF8.GetBytes($"2\0QubesValueError\0\0{refusal.Message}\0");
        }
    }
}
