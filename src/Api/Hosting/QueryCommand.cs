using System.CommandLine;
using System.Net.Sockets;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd query</c>: sends one request to the daemon that runs, and prints its reply as it is; for the scripts of this product.</summary>
/// <remarks>The payload comes from the input. Source: spec, wire protocol 1 to 3.</remarks>
internal static class QueryCommand
{
    private const int LongestRequest = 65536;
    private const byte Succeeded = (byte)'0';

    internal static Command Create()
    {
        var root = new Option<string?>("--root");
        var socket = new Option<string>("--socket") { DefaultValueFactory = _ => "admin" };
        socket.AcceptOnlyFromAmong("admin", "internal", "misc");
        var source = new Option<string>("--source") { DefaultValueFactory = _ => "dom0" };
        var fail = new Option<bool>("--fail") { Description = "End with 1 when the reply is an exception." };
        var method = new Argument<string>("method");
        var destination = new Argument<string>("destination");
        var argument = new Argument<string>("argument") { DefaultValueFactory = _ => "" };
        var command = new Command("query", "Send a request to the daemon; the payload comes from the input.") { root, socket, source, fail, method, destination, argument };
        command.Hidden = true;
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                var path = DaemonSocket.PathOf(parsed.GetValue(root), parsed.GetValue(socket) ?? "");
                var header = DaemonSocket.Header(parsed.GetValue(method) ?? "", parsed.GetValue(argument) ?? "", parsed.GetValue(source) ?? "", parsed.GetValue(destination) ?? "");
                var succeeded = await QueryAsync(path, header, ct).ConfigureAwait(false);
                return succeeded || !parsed.GetValue(fail) ? 0 : 1;
            }
            catch (Exception reason) when (reason is SocketException or IOException or ArgumentException)
            {
                await Console.Error.WriteLineAsync($"qubesd: {reason.Message}").ConfigureAwait(false);
                return 2;
            }
        });
        return command;
    }

    private static async Task<bool> QueryAsync(string path, byte[] header, CancellationToken ct)
    {
        var request = await ReadAsync(header, ct).ConfigureAwait(false);
        await using var reply = await DaemonSocket.SendAsync(path, request, ct).ConfigureAwait(false);
        await using var output = Console.OpenStandardOutput();
        var first = new byte[1];
        if (await reply.ReadAsync(first, ct).ConfigureAwait(false) == 0)
        {
            return false; // the daemon says nothing about a fault of its own
        }

        await output.WriteAsync(first, ct).ConfigureAwait(false);
        await reply.CopyToAsync(output, ct).ConfigureAwait(false);
        return first[0] == Succeeded;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(byte[] header, CancellationToken ct)
    {
        var request = new byte[LongestRequest + 1];
        header.CopyTo(request, 0);
        await using var input = Console.OpenStandardInput();
        var length = header.Length + await input.ReadAtLeastAsync(request.AsMemory(header.Length), request.Length - header.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        return length <= LongestRequest ? request.AsMemory(0, length) : throw new IOException("the request is too long");
    }
}
