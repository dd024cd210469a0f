namespace Qubes.Cqrs.Projections;

/// <summary>Where a rebuilt view and the live one first differ.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Rebuilt">That line as the log gives it; empty when the view ended before.</param>
/// <param name="Live">That line as the file has it; empty when the file ended before.</param>
public sealed record RebuildDifference(int Line, string Rebuilt, string Live);
