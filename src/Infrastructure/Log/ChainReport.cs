using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What a look through the log found.</summary>
/// <param name="Events">How many events were looked at, the faulty one included.</param>
/// <param name="Erased">How many of them were erased.</param>
/// <param name="Head">The last position that fits.</param>
/// <param name="HeadHash">The chain hash at <paramref name="Head"/>, in hexadecimal.</param>
/// <param name="Fault">The first thing that does not fit; null when everything does.</param>
public sealed record ChainReport(long Events, long Erased, LogPosition Head, string HeadHash, ChainFault? Fault);

/// <summary>Something in the log that does not fit.</summary>
/// <param name="Position">Where.</param>
/// <param name="Reason">Why.</param>
public sealed record ChainFault(LogPosition Position, string Reason);
