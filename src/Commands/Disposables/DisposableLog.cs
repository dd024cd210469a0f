using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the keeper of disposables logs; ids 2700 to 2799. Qubes are named by their UUIDs: a disposable's name stays out of the host's journal.</summary>
internal static partial class DisposableLog
{
    [LoggerMessage(2700, LogLevel.Warning, "no disposable could be kept ready for template {Template}: {Reason}")]
    internal static partial void NotMade(ILogger logger, QubeId template, string reason);

    [LoggerMessage(2701, LogLevel.Warning, "disposable {Qube} could not be cleaned up: {Reason}")]
    internal static partial void NotDiscarded(ILogger logger, QubeId qube, string reason);

    [LoggerMessage(2702, LogLevel.Warning, "disposable {Qube} did not become ready in time, another one is made")]
    internal static partial void NotReady(ILogger logger, QubeId qube);

    [LoggerMessage(2703, LogLevel.Warning, "the memory of disposable {Qube} could not be lowered: {Reason}")]
    internal static partial void MemoryKept(ILogger logger, QubeId qube, string reason);

    [LoggerMessage(2704, LogLevel.Error, "a fault of the daemon in keeping disposables ready")]
    internal static partial void Fault(ILogger logger, Exception fault);
}
