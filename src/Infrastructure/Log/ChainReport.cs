using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What a look through the log found.</summary>
/// <param name="Events">How many events were looked at, the faulty one included.</param>
/// <param name="Erased">How many of them were erased.</param>
/// <param name="Head">The last position that fits.</param>
/// <param name="HeadHash">The chain hash at <paramref name="Head"/>, in hexadecimal.</param>
/// <param name="Fault">The first thing that does not fit; null when everything does.</param>
public sealed record ChainReport(long Events, long Erased, LogPosition Head, string HeadHash, ChainFault? Fault)
{
    /// <summary>How many checkpoints the log was compared with, and fits.</summary>
    public int Checkpoints { get; init; }

    /// <summary>How many checkpoints were set aside by an administrator.</summary>
    public int Refused { get; init; }

    /// <summary>The position up to which a checkpoint covers the log; the start when none does.</summary>
    public LogPosition Covered { get; init; }

    /// <summary>The position up to which a checkpoint from outside of the database covers the log; the start when none does.</summary>
    public LogPosition CoveredOutside { get; init; }
}

/// <summary>Something in the log that does not fit.</summary>
/// <param name="Position">Where.</param>
/// <param name="Reason">Why.</param>
public sealed record ChainFault(LogPosition Position, string Reason);
