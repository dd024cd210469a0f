using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>What the methods need beside the world: one member per service.</summary>
public sealed record AdminServices
{
    /// <summary>No services: enough to name the methods, not to call them.</summary>
    public static readonly AdminServices None = new()
    {
        // Only named, never called.
        Dispatcher = null!,
        Hub = null!,
        Changes = null!,
        Gauge = null!,
        RecentDispIds = null!,
        Files = null!,
        Databases = null!,
        Pools = null!,
        VolumeFigures = null!,
        VolumeImports = null!,
        StorageCheck = null!,
        Power = null!,
        Devices = null!,
        Figures = null!,
        Disposables = null!,
        Suspension = null!,
        Forget = null!,
        PolicyFiles = null!,
    };

    /// <summary>Carries out commands.</summary>
    public required Dispatcher Dispatcher { get; init; }

    /// <summary>Tells subscribers what happens.</summary>
    public required EventHub Hub { get; init; }

    /// <summary>Tells those who follow the state.</summary>
    public required StateChanges Changes { get; init; }

    /// <summary>Knows the host's figures.</summary>
    public required HostGauge Gauge { get; init; }

    /// <summary>Knows which numbers disposables had until lately.</summary>
    public required RecentDispIds RecentDispIds { get; init; }

    /// <summary>Reads what lies in the folders of qubes.</summary>
    public required QubeFileReader Files { get; init; }

    /// <summary>The databases of qubes.</summary>
    public required IQubesDb Databases { get; init; }

    /// <summary>Knows what volumes take on the disk.</summary>
    public required VolumeFigures VolumeFigures { get; init; }

    /// <summary>Lets clients write into volumes.</summary>
    public required VolumeImportRequests VolumeImports { get; init; }

    /// <summary>Looks for what is wrong on the disks.</summary>
    public required StorageCheck StorageCheck { get; init; }

    /// <summary>Starts and stops qubes.</summary>
    public required PowerRequests Power { get; init; }

    /// <summary>Attaches and detaches devices.</summary>
    public required DeviceProcess Devices { get; init; }

    /// <summary>What running domains use.</summary>
    public required DomainFigures Figures { get; init; }

    /// <summary>Gives out disposables.</summary>
    public required DisposableRequests Disposables { get; init; }

    /// <summary>Sends all qubes to sleep, and wakes them.</summary>
    public required HostSuspension Suspension { get; init; }

    /// <summary>Knows what callers other than dom0 may learn.</summary>
    internal CallPolicy Policy { get; init; } = CallPolicy.None;

    /// <summary>Finds earlier states.</summary>
    public PastStates Past { get; init; } = new();

    /// <summary>Reads plan files; null where there are none.</summary>
    public IPlanFileReader? PlanFiles { get; init; }

    /// <summary>Shows and changes the files of the policy.</summary>
    public required PolicyChanges PolicyFiles { get; init; }

    /// <summary>Forgets a qube that is gone, by its UUID or the name that it had.</summary>
    public required Func<string, CancellationToken, Task<ForgetPlan>> Forget { get; init; }

    /// <summary>Rebuilds a view from the log; null where there is none to rebuild from.</summary>
    public Func<string, CancellationToken, Task<RebuildReport>>? Rebuild { get; init; }

    /// <summary>Answers questions about the log; null while there is none.</summary>
    public Func<LogPages?> Pages { get; init; } = static () => null;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Knows what is on the disks of storage pools.</summary>
    public required PoolWatch Pools { get; init; }
}
