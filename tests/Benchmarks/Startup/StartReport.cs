namespace Qubes.Cqrs.Benchmarks.Startup;

/// <summary>What to measure of a start.</summary>
/// <param name="Events">Sizes of the log, filled up one after the other.</param>
/// <param name="Qubes">Qubes on the host.</param>
/// <param name="Restarts">Starts per size.</param>
/// <param name="FillClients">Clients that fill the log through the API.</param>
/// <param name="FillLimit">When to give up filling and measure what there is.</param>
public sealed record StartSettings(IReadOnlyList<long> Events, int Qubes, int Restarts, int FillClients, TimeSpan FillLimit);

/// <summary>Start-up time and resident memory with one size of the log.</summary>
/// <param name="WantedEvents">The size that was asked for.</param>
/// <param name="Events">Events in the log at the starts.</param>
/// <param name="FillPerSecond">How fast the API filled the log; 0 if it was full already.</param>
/// <param name="Seconds">Time of each start, from the daemon's process to its first reply, after kill -9 with PostgreSQL left up.</param>
/// <param name="MedianSeconds">Their median.</param>
/// <param name="CleanSeconds">The same after SIGTERM: PostgreSQL has to be started too.</param>
/// <param name="IdleMib">Resident memory 5 s after a start.</param>
/// <param name="FilledMib">Resident memory right after filling; 0 if the log was full already.</param>
/// <param name="LoadedMib">Resident memory right after a burst of every method.</param>
/// <param name="SettledMib">Resident memory 10 s after that burst.</param>
public sealed record StartPoint(
    long WantedEvents, long Events, double FillPerSecond, IReadOnlyList<double> Seconds, double MedianSeconds, double CleanSeconds,
    double IdleMib, double FilledMib, double LoadedMib, double SettledMib);

/// <summary>All figures of the starts.</summary>
public sealed record StartReport(int Qubes, IReadOnlyList<StartPoint> Points, IReadOnlyDictionary<string, string> Postgres);
