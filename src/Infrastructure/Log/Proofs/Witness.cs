using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Hands checkpoints to somebody else, so that a later rewriting of the log can be found: a program, a socket, or both.</summary>
/// <remarks>Only the newest one waits: it covers all that went before. What fails is tried again; nobody waits for it.</remarks>
internal sealed class Witness(CheckpointOptions options, ILogger logger)
{
    private readonly Channel<string> waiting = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Notes a checkpoint that shall go out.</summary>
    public void Give(SignedCheckpoint checkpoint) => waiting.Writer.TryWrite(checkpoint.Note);

    /// <summary>Hands out what waits until <paramref name="ct"/> ends it.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (options.WitnessCommand.Count == 0 && options.WitnessSocket is null)
        {
            return;
        }

        await foreach (var first in waiting.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            for (var note = first; !await TryAsync(note, ct).ConfigureAwait(false); note = waiting.Reader.TryRead(out var newer) ? newer : note)
            {
                await Task.Delay(options.Retry, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Hands out what still waits, once: the daemon stops.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        if (waiting.Reader.TryRead(out var note))
        {
            await TryAsync(note, ct).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryAsync(string note, CancellationToken ct)
    {
        try
        {
            var bytes = Encoding.UTF8.GetBytes(note);
            if (options.WitnessCommand.Count > 0)
            {
                var program = options.WitnessCommand[0];
                var result = await BoundedProcess.RunAsync(new ProgramCall(program, [.. options.WitnessCommand.Skip(1)], options.WitnessTimeout) { Input = bytes }, ct).ConfigureAwait(false);
                if (result.ExitCode != 0)
                {
                    LogMessages.WitnessFailed(logger, string.Create(CultureInfo.InvariantCulture, $"{program} ended with {result.ExitCode}"));
                    return false;
                }
            }

            if (options.WitnessSocket is { } path)
            {
                await SendAsync(path, bytes, ct).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or Win32Exception or UnauthorizedAccessException or ArgumentException ||
            (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogMessages.WitnessFailed(logger, e.Message);
            return false;
        }
    }

    // Sends it, says that this is all, and waits for the other end to close.
    private async Task SendAsync(string path, byte[] bytes, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.WitnessTimeout);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token).ConfigureAwait(false);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(bytes, limit.Token).ConfigureAwait(false);
        socket.Shutdown(SocketShutdown.Send);
        var rest = new byte[256];
        while (await stream.ReadAsync(rest, limit.Token).ConfigureAwait(false) > 0)
        {
        }
    }
}
