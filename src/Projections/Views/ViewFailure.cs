namespace Qubes.Cqrs.Projections;

/// <summary>A view could not be written; it is tried again.</summary>
/// <param name="Exception">What went wrong.</param>
/// <param name="Attempt">The how-many-eth failure in a row, from 1.</param>
/// <param name="RetryAfter">When it is tried again.</param>
public sealed record ViewFailure(Exception Exception, int Attempt, TimeSpan RetryAfter);
