namespace Qubes.Cqrs.Benchmarks.Power;

/// <summary>What to measure.</summary>
/// <param name="Qubes">Qubes on the host.</param>
/// <param name="Starts">How many of them are started at once.</param>
/// <param name="CallDelay">How long each call of the hypervisor takes.</param>
/// <param name="Round">The length of a round of reads.</param>
/// <param name="MostRounds">Rounds at most.</param>
public sealed record PowerSettings(int Qubes, int Starts, TimeSpan CallDelay, TimeSpan Round, int MostRounds);
