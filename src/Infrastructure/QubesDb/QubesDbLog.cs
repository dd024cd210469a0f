using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What is reported of databases, with ids that stay: 2200 to 2299.</summary>
internal static partial class QubesDbLog
{
    [LoggerMessage(2200, LogLevel.Warning, "The connection to the database of {Name} is lost and will be made again: {Reason}")]
    public static partial void ConnectionLost(ILogger logger, string name, string reason);

    [LoggerMessage(2201, LogLevel.Information, "The database of {Name} was written anew after the connection was lost")]
    public static partial void Reconnected(ILogger logger, string name);

    [LoggerMessage(2202, LogLevel.Warning, "Too many changes of the database of {Name} were waiting: it is written anew")]
    public static partial void Overflown(ILogger logger, string name);

    [LoggerMessage(2203, LogLevel.Warning, "The database of {Qube} refused the key {Path}")]
    public static partial void WriteRefused(ILogger logger, QubeId qube, string path);

    [LoggerMessage(2204, LogLevel.Warning, "xenstore could not be written for {Qube}: {Reason}")]
    public static partial void XenstoreFailed(ILogger logger, QubeId qube, string reason);
}
