namespace Qubes.Cqrs.Benchmarks.Policy;

/// <summary>What to measure.</summary>
/// <param name="Qubes">Qubes on the host.</param>
/// <param name="Lines">Lines of the policy, each of which is looked at for every call.</param>
/// <param name="Evaluations">Evaluations in process, of each kind.</param>
/// <param name="Requests">Requests over the socket, of each kind, and as many to the echo server.</param>
public sealed record PolicySettings(int Qubes, int Lines, int Evaluations, int Requests);
