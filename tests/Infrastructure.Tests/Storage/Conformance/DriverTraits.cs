namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>What a driver offers; the suite leaves out what it does not, by name.</summary>
[Flags]
public enum DriverTraits
{
    None = 0,

    /// <summary>The committed data can be read while the volume runs.</summary>
    ExportsRunning = 1,

    /// <summary>A commit at stop and after an import keeps the state before as a revision, as many as configured.</summary>
    KeepsRevisions = 2,

    /// <summary>It can go back to a revision, and keeps revisions on demand.</summary>
    Reverts = 4,

    /// <summary>A volume that is not stopped cleanly keeps what was written, apart from the committed data.</summary>
    KeepsDirtyApart = 8,

    /// <summary>Data can be prepared while the volume runs.</summary>
    ImportsRunning = 16,

    /// <summary>Left-overs and data of unknown volumes are told.</summary>
    FindsStrays = 32,

    /// <summary>What a run of a snapshot writes goes to a file or to something that the bench can write to.</summary>
    RunsWithoutDevices = 64,

    All = ExportsRunning | KeepsRevisions | Reverts | KeepsDirtyApart | ImportsRunning | FindsStrays | RunsWithoutDevices,
}
