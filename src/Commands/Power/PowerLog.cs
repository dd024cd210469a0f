using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the executor logs; ids 2600 to 2699. Qubes are named by their UUIDs: a disposable's name stays out of the host's journal.</summary>
internal static partial class PowerLog
{
    [LoggerMessage(2600, LogLevel.Warning, "could not {What} of qube {Qube}: {Reason}")]
    internal static partial void NotDone(ILogger logger, string what, QubeId qube, string reason);

    [LoggerMessage(2601, LogLevel.Warning, "could not destroy the domain of qube {Qube}, will try again: {Reason}")]
    internal static partial void NotDestroyed(ILogger logger, QubeId qube, string reason);

    [LoggerMessage(2602, LogLevel.Warning, "could not look at the domain of qube {Qube}, will try again: {Reason}")]
    internal static partial void NotFound(ILogger logger, QubeId qube, string reason);

    [LoggerMessage(2603, LogLevel.Warning, "the hypervisor cannot be asked what runs, will try again: {Reason}")]
    internal static partial void NotListed(ILogger logger, string reason);

    [LoggerMessage(2607, LogLevel.Information, "the hypervisor answers again")]
    internal static partial void ListedAgain(ILogger logger);

    [LoggerMessage(2604, LogLevel.Error, "a fault of the daemon in the work on qube {Qube}")]
    internal static partial void Fault(ILogger logger, QubeId qube, Exception fault);

    [LoggerMessage(2605, LogLevel.Warning, "qube {Qube} runs although nobody asked this daemon for it: taken over as domain {Xid}")]
    internal static partial void Adopted(ILogger logger, QubeId qube, int xid);

    [LoggerMessage(2606, LogLevel.Warning, "service {Service} in qube {Qube} failed: {Reason}")]
    internal static partial void ServiceFailed(ILogger logger, string service, QubeId qube, string reason);

    [LoggerMessage(2610, LogLevel.Warning, "qube {Qube} could not be sent to sleep with the host, or woken after it: {Reason}")]
    internal static partial void NotAsleep(ILogger logger, QubeId qube, string reason);

    [LoggerMessage(2608, LogLevel.Warning, "which qubes were paused before the host sleeps could not be kept, so all will wake: {Reason}")]
    internal static partial void PausedListFailed(ILogger logger, string reason);

    [LoggerMessage(2609, LogLevel.Warning, "the disposables that are kept ready could not be removed before the host sleeps: {Reason}")]
    internal static partial void DisposablesNotHeld(ILogger logger, string reason);
}
