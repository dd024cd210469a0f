using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd query</c>: sends one request to the daemon that runs, and prints its reply as it is; for the scripts of this product.</summary>
/// <remarks>The payload comes from the input. It blocks, and touches as little of the product as it can, so that it starts fast. Source: spec, wire protocol 1 to 3.</remarks>
internal static class QueryCommand
{
    private const int LongestRequest = 65536;
    private const int PieceBytes = 65536;
    private const byte Succeeded = (byte)'0';

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What follows <c>query</c> on the command line.</param>
    /// <returns>0; 1 when the daemon refused and that was to be a failure; 2 when it could not be asked.</returns>
    internal static int Run(string[] arguments)
    {
        try
        {
            var asked = QueryArguments.Parse(arguments);
            var header = DaemonSocket.Header(asked.Parts[0], asked.Parts.Count > 2 ? asked.Parts[2] : "", asked.Source, asked.Parts[1]);
            return Query(DaemonSocket.PathOf(asked.Root, asked.Socket), header) || !asked.Fails ? 0 : 1;
        }
        catch (Exception reason) when (reason is SocketException or IOException or ArgumentException)
        {
            Console.Error.WriteLine($"qubesd: {reason.Message}");
            return 2;
        }
    }

    private static bool Query(string path, byte[] header)
    {
        var request = Read(header);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        while (!request.IsEmpty)
        {
            request = request[socket.Send(request)..];
        }

        socket.Shutdown(SocketShutdown.Send);
        using var output = Standard(1, FileAccess.Write);
        var piece = new byte[PieceBytes];
        byte? kind = null;
        while (socket.Receive(piece) is > 0 and var count)
        {
            kind ??= piece[0];
            output.Write(piece, 0, count);
        }

        return kind == Succeeded; // the daemon says nothing about a fault of its own
    }

    private static ReadOnlySpan<byte> Read(byte[] header)
    {
        var request = new byte[LongestRequest + 1];
        header.CopyTo(request, 0);
        using var input = Standard(0, FileAccess.Read);
        var length = header.Length + input.ReadAtLeast(request.AsSpan(header.Length), request.Length - header.Length, throwOnEndOfStream: false);
        return length <= LongestRequest ? request.AsSpan(0, length) : throw new IOException("the request is too long");
    }

    private static FileStream Standard(int descriptor, FileAccess access) => new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
}
