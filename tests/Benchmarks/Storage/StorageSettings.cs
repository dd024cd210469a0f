namespace Qubes.Cqrs.Benchmarks.Storage;

/// <summary>What to measure.</summary>
/// <param name="Rounds">How often a clone and an import are made.</param>
/// <param name="DataMebibytes">What the cloned volume holds, and what is imported.</param>
/// <param name="Qubes">How many qubes are created at once.</param>
public sealed record StorageSettings(int Rounds, int DataMebibytes, int Qubes);
