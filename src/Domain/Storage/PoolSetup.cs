namespace Qubes.Cqrs.Domain;

/// <summary>What came of setting up a pool on the host.</summary>
/// <param name="Outcome">Whether it worked, or why it did not.</param>
/// <param name="Detail">What the host says beside it; empty when there is nothing to say.</param>
public sealed record PoolSetup(PoolSetupOutcome Outcome, string Detail = "")
{
    /// <summary>It worked.</summary>
    public static readonly PoolSetup Done = new(PoolSetupOutcome.Done);
}

/// <summary>Whether setting up a pool worked, or why it did not.</summary>
public enum PoolSetupOutcome
{
    /// <summary>It worked.</summary>
    Done,

    /// <summary>The folder is not there and cannot be made.</summary>
    NoFolder,

    /// <summary>The file system does not let files share their blocks.</summary>
    NoReflinks,

    /// <summary>There is no such thin pool.</summary>
    NoThinPool,

    /// <summary>The volume is none that holds thin volumes.</summary>
    NotThin,

    /// <summary>There is no ZFS.</summary>
    NoZfs,

    /// <summary>The configuration of a callback pool cannot be used; the detail says why.</summary>
    BadConfiguration,

    /// <summary>The host did not answer in time.</summary>
    TimedOut,
}
