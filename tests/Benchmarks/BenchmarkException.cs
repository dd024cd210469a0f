namespace Qubes.Cqrs.Benchmarks;

/// <summary>Says why a measurement could not be made; its message is meant for the person at the terminal.</summary>
public sealed class BenchmarkException(string message) : Exception(message);
