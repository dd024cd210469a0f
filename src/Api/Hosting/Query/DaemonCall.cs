using System.Net.Sockets;

namespace Qubes.Cqrs.Api;

/// <summary>One call of the daemon that runs, for the programs that print its reply as it is: <c>qubesd query</c> and <c>qubesd-query</c>.</summary>
/// <remarks>It blocks, and touches as little of the product as it can, so that it starts fast. Source: spec, wire protocol 1 to 3.</remarks>
internal static class DaemonCall
{
    /// <summary>The most bytes that a request may have, its header included.</summary>
    internal const int LongestRequest = 65536;

    /// <summary>The first byte of a reply that is no refusal.</summary>
    internal const byte Succeeded = (byte)'0';

    private const int PieceBytes = 65536;

    /// <summary>Sends a request, and writes what comes back, piece by piece, as soon as it comes.</summary>
    /// <param name="path">The daemon's socket.</param>
    /// <param name="header">The header of the request, with the NUL at its end.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="output">Where the reply goes.</param>
    /// <returns>The first byte of the reply; null when there was none.</returns>
    /// <exception cref="IOException">The daemon cannot be reached, or the output takes nothing.</exception>
    internal static byte? Send(string path, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Stream output)
    {
        using var socket = Connect(path);
        try
        {
            Send(socket, header);
            Send(socket, payload);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It hung up before it had read everything. What it has said until then is the reply, as it is when it hangs up later.
        }

        return Copy(socket, output);
    }

    /// <summary>Standard input: nothing is read ahead.</summary>
    /// <remarks>Not a <see cref="FileStream"/>: that keeps a place of its own in a file, so whoever reads or writes the same descriptor afterwards would do it where it began.</remarks>
    internal static Stream Input() => Console.OpenStandardInput();

    /// <summary>Standard output: nothing is held back.</summary>
    internal static Stream Output() => Console.OpenStandardOutput();

    private static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException reason)
        {
            socket.Dispose();
            throw new IOException($"cannot ask the daemon on {path}: {Reason(path, reason)}", reason);
        }
    }

    private static string Reason(string path, SocketException reason) => reason.SocketErrorCode switch
    {
        SocketError.AccessDenied => "this account may not (the group qubes may)",
        SocketError.ConnectionRefused => "nobody listens there; qubesd does not run",
        _ when !File.Exists(path) => "there is no such socket; qubesd does not run",
        _ => reason.Message,
    };

    private static void Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    private static byte? Copy(Socket socket, Stream output)
    {
        var piece = new byte[PieceBytes];
        byte? first = null;
        while (Receive(socket, piece) is > 0 and var count)
        {
            first ??= piece[0];
            output.Write(piece, 0, count);
        }

        return first;
    }

    /// <summary>A connection that is reset ends like one that is closed: the daemon says nothing about a fault of its own.</summary>
    private static int Receive(Socket socket, byte[] piece)
    {
        try
        {
            return socket.Receive(piece);
        }
        catch (SocketException reset) when (reset.SocketErrorCode is SocketError.ConnectionReset or SocketError.NotConnected)
        {
            return 0;
        }
    }
}
