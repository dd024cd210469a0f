namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>How a daemon is started.</summary>
internal sealed record DaemonOptions
{
    /// <summary>The description of the simulated host, or null for none.</summary>
    public string? Simulate { get; init; } = Repository.HostYaml;

    /// <summary>A qubes.xml to take over at start.</summary>
    public string? Import { get; init; }

    /// <summary>A configuration file other than the one below the root.</summary>
    public string? Configuration { get; init; }

    /// <summary>The test seam that lets the daemon, or its PostgreSQL, die at a chosen commit.</summary>
    public string? Fault { get; init; }

    /// <summary>A file: as soon as it is there, the daemon dies at the storage step from then on whose number it holds.</summary>
    public string? StorageFault { get; init; }

    /// <summary>A file that gets a line for each step of storage.</summary>
    public string? StorageSteps { get; init; }

    /// <summary>Where the daemon reports that it is ready, as the init system would ask for it.</summary>
    public string? NotifySocket { get; init; }

    /// <summary>Starts the daemon where this folder is empty, in a mount namespace of its own (root only).</summary>
    public string? HiddenFolder { get; init; }
}
