using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd policy-service</c>: a qrexec service of the policy, for the scripts of this product that are called like it.</summary>
/// <remarks>
/// Passes the call on to the daemon and turns its reply into what callers of these services expect: the result on the output, a refusal as one text on the error output.
/// It blocks, and touches as little of the product as it can, so that it starts fast. Source: spec, policy 5 and 8.
/// </remarks>
internal static class PolicyServiceCommand
{
    private const string Caller = "QREXEC_REMOTE_DOMAIN";
    private const string Usage = "usage: policy-service [--root DIR] [--] SERVICE[+ARGUMENT]\n";

    // The words of the original, whose log this is; ours is that of the daemon.
    private const string InternalError = "Internal error. See '/var/log/qubes/policy-admin.log' in dom0 for details.";
    private const string NotRunning = "qubesd, which keeps the policy, cannot be asked: ";
    private const string BadCall = "PolicyAdminProtocolException ";
    private const int LongestRequest = 65536;
    private const int Refused = 1;
    private const int Failed = 2;

    private static readonly string[] Methods =
    [
        "policy.List", "policy.Get", "policy.Replace", "policy.Remove", "policy.GetFiles",
        "policy.include.List", "policy.include.Get", "policy.include.Replace", "policy.include.Remove",
    ];

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What follows <c>policy-service</c> on the command line.</param>
    /// <returns>0; 1 when the call was refused; 2 when it failed.</returns>
    internal static int Run(string[] arguments)
    {
        var root = (string?)null;
        if (arguments is ["--root", var folder, .. var rest])
        {
            (root, arguments) = (folder, rest);
        }

        if (arguments is ["--", .. var named])
        {
            arguments = named;
        }

        using var error = Console.OpenStandardError();
        if (arguments is not [var service])
        {
            return Say(error, Usage, Failed);
        }

        using var input = DaemonCall.Input();
        using var output = DaemonCall.Output();
        return Serve(DaemonSocket.PathOf(root, "internal"), service, Environment.GetEnvironmentVariable(Caller) ?? "dom0", input, output, error);
    }

    /// <summary>Serves a call.</summary>
    /// <param name="socket">The daemon's internal socket.</param>
    /// <param name="untrustedService">The service, and what follows a <c>+</c>.</param>
    /// <param name="source">The calling qube.</param>
    /// <param name="input">The payload.</param>
    /// <param name="output">Gets the result.</param>
    /// <param name="error">Gets why there is none.</param>
    /// <returns>0; 1 when the call was refused; 2 when it failed.</returns>
    internal static int Serve(string socket, string untrustedService, string source, Stream input, Stream output, Stream error)
    {
        var plus = untrustedService.IndexOf('+', StringComparison.Ordinal);
        var (method, argument) = plus < 0 ? (untrustedService, "") : (untrustedService[..plus], untrustedService[(plus + 1)..]);
        if (!argument.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '+' or '-' or '_'))
        {
            return Say(error, $"{BadCall}Invalid argument: \"{argument}\"\nValid characters are letters, numbers, dot, plus, hyphen and underline", Refused);
        }

        if (!Methods.Contains(method))
        {
            return Say(error, $"{BadCall}unrecognized method: {method}", Refused);
        }

        try
        {
            var header = DaemonSocket.Header(method, argument, source, "dom0");
            return Read(header, input) is { } request
                ? Answer(Ask(socket, request), output, error)
                : Say(error, $"{BadCall}The payload is too long: a request holds at most {LongestRequest} bytes", Refused);
        }
        catch (Exception reason) when (reason is SocketException or IOException or ArgumentException)
        {
            return Say(error, $"{NotRunning}{reason.Message}\n", Failed);
        }
    }

    // Status NUL content, or for a refusal status NUL class NUL trace NUL text NUL; nothing at all for a fault.
    private static int Answer(ReadOnlySpan<byte> reply, Stream output, Stream error)
    {
        if (reply is [(byte)'0', 0, .. var content])
        {
            output.Write(content);
            return 0;
        }

        return Encoding.UTF8.GetString(reply).Split('\0') is ["2", var className, _, .. var text, _]
            ? Say(error, $"{className} {string.Join('\0', text)}", Refused)
            : Say(error, InternalError, Failed);
    }

    private static ReadOnlySpan<byte> Ask(string path, ReadOnlyMemory<byte> request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        using var stream = new NetworkStream(socket); // before its half is closed: then it does not count as connected
        stream.Write(request.Span);
        socket.Shutdown(SocketShutdown.Send);
        using var reply = new MemoryStream();
        stream.CopyTo(reply);
        return reply.ToArray();
    }

    private static ReadOnlyMemory<byte>? Read(byte[] header, Stream input)
    {
        var request = new byte[LongestRequest + 1];
        header.CopyTo(request, 0);
        var length = header.Length + input.ReadAtLeast(request.AsSpan(header.Length), request.Length - header.Length, throwOnEndOfStream: false);
        return length <= LongestRequest ? new ReadOnlyMemory<byte>(request, 0, length) : (ReadOnlyMemory<byte>?)null;
    }

    private static int Say(Stream error, string text, int code)
    {
        error.Write(Encoding.UTF8.GetBytes(text));
        return code;
    }
}
