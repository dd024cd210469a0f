namespace Qubes.Cqrs.Commands;

/// <summary>A volume that is not as it should be, and what became of it.</summary>
/// <param name="Pool">The name of its pool.</param>
/// <param name="Qube">The name of its qube.</param>
/// <param name="Volume">Its name; null for all volumes of the qube.</param>
/// <param name="Vid">Its id in the pool; null for all volumes of the qube.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="IsMended">Whether it was mended.</param>
/// <param name="Reason">Why it cannot be looked at or could not be mended; null when nobody tried, or it worked.</param>
public sealed record VolumeFinding(string Pool, string Qube, string? Volume, string? Vid, VolumeFault Fault, bool IsMended = false, string? Reason = null);
