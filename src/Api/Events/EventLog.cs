using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>What the event hub logs; ids 1200 to 1299.</summary>
internal static partial class EventLog
{
    [LoggerMessage(1200, LogLevel.Warning, "a subscriber of {Destination} is disconnected: it left more than {Messages} messages or {Bytes} bytes unread")]
    internal static partial void Overflowed(ILogger logger, string destination, int messages, int bytes);
}
