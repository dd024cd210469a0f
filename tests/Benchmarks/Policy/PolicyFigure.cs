namespace Qubes.Cqrs.Benchmarks.Policy;

/// <summary>How long something took.</summary>
/// <param name="What">What.</param>
/// <param name="MedianMicroseconds">Half of them took at most this long.</param>
/// <param name="P99Microseconds">99 of 100 took at most this long.</param>
public sealed record PolicyFigure(string What, double MedianMicroseconds, double P99Microseconds);
