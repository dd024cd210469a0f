using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What the log's machinery reports, with ids that stay: 2000 to 2099 the server, 2100 to 2199 the log.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(2000, LogLevel.Information, "The event log's server runs (process {ProcessId}, {DataDirectory}, ready after {Milliseconds} ms)")]
    public static partial void ServerStarted(ILogger logger, string dataDirectory, int processId, long milliseconds);

    [LoggerMessage(2001, LogLevel.Information, "The event log's server was stopped ({DataDirectory})")]
    public static partial void ServerStopped(ILogger logger, string dataDirectory);

    [LoggerMessage(2002, LogLevel.Information, "A new cluster for the event log was made in {DataDirectory} (PostgreSQL {Major}, account {Account})")]
    public static partial void ClusterCreated(ILogger logger, string dataDirectory, int major, string account);

    [LoggerMessage(2003, LogLevel.Warning, "The event log's server runs, but cannot be reached through its socket folder ({SocketDirectory}): it is started again")]
    public static partial void SocketGone(ILogger logger, string socketDirectory);

    [LoggerMessage(2004, LogLevel.Warning, "{Folder} does not lie in memory (tmpfs): what it holds about disposables may remain on a disk")]
    public static partial void JournalOnDisk(ILogger logger, string folder);

    [LoggerMessage(2005, LogLevel.Warning, "The journal of disposables cannot be made shorter: {Reason}")]
    public static partial void JournalNotShortened(ILogger logger, string reason);

    [LoggerMessage(2006, LogLevel.Warning, "What was begun before the server went down is not ended: {Reason}")]
    public static partial void NotCleared(ILogger logger, string reason);

    [LoggerMessage(2100, LogLevel.Warning, "An append failed: {Reason}")]
    public static partial void AppendFailed(ILogger logger, string reason, Exception exception);

    [LoggerMessage(2101, LogLevel.Debug, "Marten's sequence could not be moved along")]
    public static partial void SequenceBehind(ILogger logger, Exception exception);

    [LoggerMessage(2110, LogLevel.Critical, "THE EVENT LOG DOES NOT FIT WHAT WAS SIGNED: {Reason}. The newest checkpoint outside of the database: {File}. The daemon goes on, but signs nothing. Look at it with 'qubes-history verify'; to have this log signed nevertheless: 'qubes-history checkpoint --accept'")]
    public static partial void LogDisputed(ILogger logger, string reason, string file);

    [LoggerMessage(2111, LogLevel.Warning, "The log that did not fit its checkpoints was accepted by the administrator at position {Position}; the checkpoints that it does not fit are set aside")]
    public static partial void LogAccepted(ILogger logger, long position);

    [LoggerMessage(2112, LogLevel.Error, "The administrator accepted a log that ends at position {Position}, but this is not that log: nothing is signed")]
    public static partial void NotAccepted(ILogger logger, long position);

    [LoggerMessage(2113, LogLevel.Error, "No checkpoint of the event log can be made: {Reason}; trying again")]
    public static partial void NoCheckpoint(ILogger logger, string reason);

    [LoggerMessage(2114, LogLevel.Warning, "The witness did not get the newest checkpoint: {Reason}; trying again")]
    public static partial void WitnessFailed(ILogger logger, string reason);
}
