namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>The rounds of one kind of bare insert.</summary>
public sealed record InsertSeries(string Client, int Connections, Series Series);

/// <summary>One figure with its floors, all measured in turns.</summary>
/// <param name="Method">The method of the Admin API.</param>
/// <param name="Qubes">Qubes on the host, template and dom0 not counted.</param>
/// <param name="Listed">Qubes that one reply is about: all of them for List, else one.</param>
/// <param name="Clients">Clients at once.</param>
/// <param name="ReplyBytes">Length of the reply, which the echo's replies share.</param>
/// <param name="Api">The daemon.</param>
/// <param name="Echo">The echo server.</param>
/// <param name="Inserts">The bare inserts, strictest first; none for reads.</param>
/// <param name="FirstError">What the first request that was not answered OK was answered with.</param>
public sealed record Cell(
    string Method, int Qubes, int Listed, int Clients, int ReplyBytes,
    Series Api, Series Echo, IReadOnlyList<InsertSeries> Inserts, string? FirstError);

/// <summary>A method that could not be measured, and why.</summary>
public sealed record Skipped(string Method, int Qubes, string Reason);

/// <summary>All figures of the load.</summary>
public sealed record LoadReport(
    IReadOnlyList<Cell> Cells, IReadOnlyList<Skipped> Skipped, IReadOnlyDictionary<string, string> Postgres);
