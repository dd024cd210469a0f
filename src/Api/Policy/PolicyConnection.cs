using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>One client of the policy daemon: one request, one answer.</summary>
internal sealed class PolicyConnection(SocketServer server, PolicySocket place, Socket socket, PolicyDesk desk, ILogger logger)
    : ServedConnection(server, socket)
{
    private const int MostDrained = 1024 * 1024;

    private readonly PolicyReader reader = place.MakeReader();

    /// <inheritdoc/>
    protected override async Task ReadAndAnswerAsync()
    {
        try
        {
            var inquiry = await ReceiveAsync();
            if (BeginAnswer() && await desk.AnswerAsync(inquiry, () => OpenEventStream().Disconnected) is { } answer)
            {
                await SendAsync(Encoding.UTF8.GetBytes(answer + reader.AnswerEnd));
            }
        }
        catch (PolicyProtocolException malformed)
        {
            PolicyLog.Malformed(logger, PolicyLog.Reason(malformed.Message));
        }

        Drain();
    }

    /// <inheritdoc/>
    protected override void Report(Exception fault) => PolicyLog.Fault(logger, fault);

    private async ValueTask<PolicyInquiry> ReceiveAsync()
    {
        using var late = new CancellationTokenSource(place.RequestBound, place.Clock);
        for (var length = 0; ;)
        {
            if (length == Buffer.Length)
            {
                // One byte beyond the limit fits, so that too long a request is told from one of just the length.
                Grow(reader.MostBytes + 1);
            }

            var count = await ReceiveAsync(Buffer.AsMemory(length), late.Token);
            length += count;
            if (length > reader.MostBytes)
            {
                throw new PolicyProtocolException($"a policy request on {place.Path} was dropped: it is longer than {reader.MostBytes} bytes");
            }

            if (reader.Read(Buffer.AsSpan(0, length), isEnd: count == 0) is { } inquiry)
            {
                return inquiry;
            }
        }
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> room, CancellationToken late)
    {
        try
        {
            return await Socket.ReceiveAsync(room, SocketFlags.None, late);
        }
        catch (OperationCanceledException)
        {
            throw new PolicyProtocolException($"a policy request on {place.Path} was dropped: it was not complete after {place.RequestBound.TotalSeconds} s");
        }
    }

    // Closed with something unread, the client would see an error after the answer instead of its end.
    private void Drain()
    {
        Socket.Shutdown(SocketShutdown.Send);
        Socket.Blocking = false;
        for (var left = MostDrained; left > 0 && Socket.Available > 0;)
        {
            left -= Socket.Receive(Buffer);
        }
    }
}
