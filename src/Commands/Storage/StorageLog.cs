using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the storage process logs; ids 2900 to 2999. Qubes are named by their UUIDs: a disposable's name stays out of the host's journal.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(2900, LogLevel.Warning, "could not {What} of qube {Qube}: {Reason}")]
    internal static partial void NotDone(ILogger logger, string what, QubeId qube, string reason);

    [LoggerMessage(2901, LogLevel.Warning, "volume {Volume} of qube {Qube} has no data on the disk; restore it from a backup, or clear it to begin anew")]
    internal static partial void Missing(ILogger logger, string volume, QubeId qube);

    [LoggerMessage(2902, LogLevel.Information, "{What} volume {Volume} of qube {Qube}: done after {Milliseconds} ms")]
    internal static partial void Done(ILogger logger, string what, string volume, QubeId qube, long milliseconds);

    [LoggerMessage(2903, LogLevel.Error, "a fault of the daemon in the work on the volumes of qube {Qube}")]
    internal static partial void Fault(ILogger logger, QubeId qube, Exception fault);

    [LoggerMessage(2904, LogLevel.Warning, "pool {Pool} holds {Count} pieces of data that belong to no qube: `qubesd storage check` lists them")]
    internal static partial void Strays(ILogger logger, string pool, int count);

    [LoggerMessage(2905, LogLevel.Warning, "pool {Pool} cannot be looked at: {Reason}")]
    internal static partial void NotLooked(ILogger logger, string pool, string reason);

    [LoggerMessage(2906, LogLevel.Information, "made the volumes of {Count} qubes that had none")]
    internal static partial void Adopted(ILogger logger, int count);

    [LoggerMessage(2907, LogLevel.Information, "storage is settled after {Milliseconds} ms: nothing that was begun is left open")]
    internal static partial void Settled(ILogger logger, long milliseconds);
}
