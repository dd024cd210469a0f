namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>What to measure over the socket, and for how long.</summary>
/// <param name="Qubes">Sizes of the hosts, side by side.</param>
/// <param name="Methods">Methods of the Admin API.</param>
/// <param name="Clients">The number of clients of the crowded case; the other case is always one client.</param>
/// <param name="InsertConnections">Connections of the bare insert beside the crowded case.</param>
/// <param name="Rounds">Rounds per figure.</param>
/// <param name="Round">Length of one round.</param>
/// <param name="WarmUp">Length of the warm-up per method and host before the first round.</param>
/// <param name="UseThreads">True if clients are threads rather than asynchronous loops.</param>
/// <param name="Import">True if the hosts start on a generated qubes.xml rather than being filled through the API.</param>
public sealed record LoadSettings(
    IReadOnlyList<int> Qubes, IReadOnlyList<string> Methods, int Clients, int InsertConnections,
    int Rounds, TimeSpan Round, TimeSpan WarmUp, bool UseThreads, bool Import);
