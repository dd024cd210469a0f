using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the parts of the storage process share.</summary>
internal sealed class StorageContext(IVolumeDrivers drivers, Dispatcher dispatcher, TimeProvider time, ILogger logger)
{
    internal IVolumeDrivers Drivers { get; } = drivers;

    internal TimeProvider Time { get; } = time;

    internal ILogger Logger { get; } = logger;

    /// <summary>One lane for each name of a qube: a qube has to wait for what one of the same name left.</summary>
    internal Lanes<string> Lanes { get; } = new();

    /// <summary>Where clients write to, by the change.</summary>
    internal ConcurrentDictionary<string, string> ImportPaths { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest durable state.</summary>
    internal World World => dispatcher.Current;

    /// <summary>What the process does by itself.</summary>
    internal static Call OwnCall() => Call.OfDaemon(VolumeProcess.Verb);

    /// <summary>Notes what was done or found.</summary>
    internal async Task NoteAsync(Action<Draft> rule, Call call) =>
        await dispatcher.SendAsync(new VolumeStep(rule), call, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Looks at a volume.</summary>
    internal ValueTask<VolumeCondition> LookAsync(DriverVolume volume, CancellationToken ct) => Drivers.Of(volume.Pool).LookAsync(volume, ct);
}
