using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What attaching devices logs; ids 2700 to 2799. Qubes are named by their UUIDs, and what qubes say of devices stays out of the host's journal.</summary>
internal static partial class DeviceLog
{
    [LoggerMessage(2700, LogLevel.Warning, "could not {What} a {Class} device of qube {Qube}: {Reason}")]
    internal static partial void NotDone(ILogger logger, string what, string @class, QubeId qube, string reason);

    [LoggerMessage(2701, LogLevel.Warning, "could not read which devices qube {Qube} offers: {Reason}")]
    internal static partial void NotRead(ILogger logger, QubeId qube, string reason);

    [LoggerMessage(2702, LogLevel.Error, "a fault of the daemon in the work on the devices of qube {Qube}")]
    internal static partial void Fault(ILogger logger, QubeId qube, Exception fault);

    [LoggerMessage(2703, LogLevel.Warning, "a PCI device of qube {Qube} is left attached: its domain shows no slot with it")]
    internal static partial void NoSlot(ILogger logger, QubeId qube);

    [LoggerMessage(2704, LogLevel.Warning, "what became of a wish about a device of qube {Qube} is not known yet: {Reason}")]
    internal static partial void NotKnown(ILogger logger, QubeId qube, string reason);
}
