using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>What the socket servers log; ids 1100 to 1199.</summary>
internal static partial class SocketLog
{
    private const int LongestText = 256;

    [LoggerMessage(1100, LogLevel.Debug, "listening on {Path}")]
    internal static partial void Listening(ILogger logger, string path);

    [LoggerMessage(1101, LogLevel.Warning, "request too long")]
    internal static partial void RequestTooLong(ILogger logger);

    [LoggerMessage(1102, LogLevel.Warning, "framing error")]
    internal static partial void FramingError(ILogger logger);

    [LoggerMessage(1103, LogLevel.Warning, "request header is not ASCII")]
    internal static partial void HeaderNotAscii(ILogger logger);

    [LoggerMessage(1104, LogLevel.Warning, "failed call {Method}+{Argument} ({Source} → {Destination}) with payload of {Bytes} bytes due to {Error}")]
    internal static partial void FailedCall(ILogger logger, string method, string argument, string source, string destination, int bytes, string error);

    [LoggerMessage(1105, LogLevel.Debug, "refused call {Method}+{Argument} ({Source} → {Destination})")]
    internal static partial void RefusedCall(ILogger logger, Exception refusal, string method, string argument, string source, string destination);

    [LoggerMessage(1106, LogLevel.Error, "unhandled exception in call {Method}+{Argument} ({Source} → {Destination}) with payload of {Bytes} bytes")]
    internal static partial void Fault(ILogger logger, Exception fault, string method, string argument, string source, string destination, int bytes);

    [LoggerMessage(1107, LogLevel.Error, "new connections on {Path} wait: {Reason}")]
    internal static partial void CannotAccept(ILogger logger, string path, string reason);

    [LoggerMessage(1108, LogLevel.Warning, "{Count} connections on {Path} were cut off: their calls took longer than the stop allows")]
    internal static partial void CutOff(ILogger logger, int count, string path);

    [LoggerMessage(1109, LogLevel.Error, "connection failed")]
    internal static partial void ConnectionFault(ILogger logger, Exception fault);

    /// <summary>A text of a client as a log may show it: on one line, of bounded length.</summary>
    internal static string Printable(string untrustedText, int longest = LongestText)
    {
        var text = untrustedText.Length > longest ? string.Concat(untrustedText.AsSpan(0, longest), "...") : untrustedText;
        return text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? string.Create(text.Length, text, static (target, source) => Replace(source, target))
            : text;
    }

    private static void Replace(string source, Span<char> target)
    {
        for (var index = 0; index < target.Length; index++)
        {
            target[index] = source[index] is >= ' ' and <= '~' ? source[index] : '?';
        }
    }
}
