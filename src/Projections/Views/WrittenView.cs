using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What a view's file holds: kept by the caller, so that a file that somebody else wrote is recognised at the next start.</summary>
/// <param name="Position">The log position it shows.</param>
/// <param name="Digest">The SHA-256 of its bytes in lower-case hexadecimal; empty before the first write.</param>
public sealed record WrittenView(LogPosition Position, string Digest)
{
    /// <summary>Nothing was written yet.</summary>
    public static readonly WrittenView None = new(LogPosition.Start, "");
}
