using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>What the daemon says about itself; ids 1000 to 1099.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1001, LogLevel.Information, "qubesd is ready at log position {Position}: {Qubes} qubes, sockets in {Folder}")]
    internal static partial void Ready(ILogger logger, long position, int qubes, string folder);

    [LoggerMessage(1002, LogLevel.Information, "qubesd stops: {Reason}")]
    internal static partial void Stopping(ILogger logger, string reason);

    [LoggerMessage(1003, LogLevel.Information, "A new log: {Events} events from {Origin}")]
    internal static partial void Started(ILogger logger, int events, string origin);

    [LoggerMessage(1004, LogLevel.Warning, "{Text} (line {Line} of the imported qubes.xml)")]
    internal static partial void ImportWarning(ILogger logger, string text, int line);

    [LoggerMessage(1005, LogLevel.Critical, "The event log cannot be opened: reads are answered from {Origin}, changes are refused")]
    internal static partial void ReadOnly(ILogger logger, string origin, Exception reason);

    [LoggerMessage(1006, LogLevel.Warning, "Somebody else wrote {Path}: it is left alone and not updated. It differs in {Count} points, the first: {Differences}. To take them over start with --import {Path}; to drop them, move the file away")]
    internal static partial void ForeignStore(ILogger logger, string path, int count, string differences);

    [LoggerMessage(1007, LogLevel.Warning, "Somebody else wrote {Path}, and it cannot be read: {Reason}. It is left alone and not updated; move it away to have it written again")]
    internal static partial void UnreadableStore(ILogger logger, string path, string reason);

    [LoggerMessage(1008, LogLevel.Information, "Took over {Count} differences from {Path}")]
    internal static partial void TookOver(ILogger logger, int count, string path);

    [LoggerMessage(1009, LogLevel.Error, "{Path} cannot be written; trying again")]
    internal static partial void StoreFailed(ILogger logger, string path, Exception reason);

    [LoggerMessage(1010, LogLevel.Warning, "A snapshot could not be kept; the next one will do")]
    internal static partial void SnapshotFailed(ILogger logger, Exception reason);

    [LoggerMessage(1014, LogLevel.Information, "Made {Count} snapshots that were missing")]
    internal static partial void SnapshotsMade(ILogger logger, int count);

    [LoggerMessage(1015, LogLevel.Warning, "The view {View} differs from what the log gives: {Difference}")]
    internal static partial void ViewDiffers(ILogger logger, string view, string difference);

    [LoggerMessage(1016, LogLevel.Information, "Rebuilt the view {View} at position {Position} and compared it: {Count} differences")]
    internal static partial void Rebuilt(ILogger logger, string view, long position, int count);

    [LoggerMessage(1011, LogLevel.Information, "The event log is open again, at position {Position}")]
    internal static partial void Reopened(ILogger logger, long position);

    [LoggerMessage(1012, LogLevel.Warning, "What the host contributes could not be looked at or recorded; trying again")]
    internal static partial void NotObserved(ILogger logger, Exception reason);

    [LoggerMessage(1013, LogLevel.Error, "The files of dom0's services cannot be changed; trying again")]
    internal static partial void ServicesFailed(ILogger logger, Exception reason);

    [LoggerMessage(1020, LogLevel.Error, "Files of qubes cannot be written; trying again")]
    internal static partial void QubeFilesFailed(ILogger logger, Exception reason);

    [LoggerMessage(1021, LogLevel.Warning, "Somebody else wrote {Path}, which differs from what was set: it is left alone until something is set again. To take it over start with --import")]
    internal static partial void ForeignFile(ILogger logger, string path);

    [LoggerMessage(1022, LogLevel.Information, "Took over {Path}")]
    internal static partial void TookOverFile(ILogger logger, string path);

    [LoggerMessage(1023, LogLevel.Warning, "{Path} cannot be used, and is left alone: {Reason}")]
    internal static partial void UnreadableFile(ILogger logger, string path, string reason);

    [LoggerMessage(1024, LogLevel.Warning, "The journal of disposables in {Folder} is left out: {Reason}")]
    internal static partial void JournalDropped(ILogger logger, string folder, string reason);

    [LoggerMessage(1025, LogLevel.Information, "Erased {Count} old events about starts, stops and attached devices")]
    internal static partial void ActivityErased(ILogger logger, long count);

    [LoggerMessage(1026, LogLevel.Warning, "Old activity cannot be erased now: {Reason}")]
    internal static partial void ActivityNotErased(ILogger logger, string reason);

    [LoggerMessage(1030, LogLevel.Warning, "Storage pool {Pool} cannot be looked at")]
    internal static partial void PoolUnreadable(ILogger logger, string pool, Exception reason);
}
