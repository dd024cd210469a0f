namespace Qubes.Cqrs.Commands;

/// <summary>What can be wrong with a volume.</summary>
public enum VolumeFault
{
    /// <summary>The volumes of the qube were never made.</summary>
    NeverMade,

    /// <summary>Its qube does not run, and what a run wrote is neither committed nor dropped.</summary>
    Dirty,

    /// <summary>It has no data on the disk.</summary>
    Missing,

    /// <summary>It cannot be looked at.</summary>
    Unreadable,

    /// <summary>Its pool is not registered.</summary>
    NoPool,
}
