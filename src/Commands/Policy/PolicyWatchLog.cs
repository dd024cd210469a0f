using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Commands;

/// <summary>What is logged of the policy's files; ids 3000 to 3099.</summary>
internal static partial class PolicyWatchLog
{
    [LoggerMessage(3000, LogLevel.Error, "the policy cannot be used, so every call is denied: {Problem}")]
    internal static partial void Broken(ILogger logger, string problem);

    [LoggerMessage(3001, LogLevel.Information, "the policy can be used again")]
    internal static partial void Mended(ILogger logger);

    [LoggerMessage(3002, LogLevel.Information, "the files of the policy have changed on the disk; that is recorded up to position {Position}")]
    internal static partial void Observed(ILogger logger, long position);

    [LoggerMessage(3003, LogLevel.Warning, "what has changed of the policy's files on the disk cannot be recorded: {Reason}")]
    internal static partial void NotObserved(ILogger logger, string reason);

    [LoggerMessage(3004, LogLevel.Error, "the policy file {Path} could not be brought to the disk: {Reason}")]
    internal static partial void NotBrought(ILogger logger, string path, string reason);

    [LoggerMessage(3005, LogLevel.Error, "a fault of the daemon in the work on the files of the policy")]
    internal static partial void Fault(ILogger logger, Exception fault);
}
