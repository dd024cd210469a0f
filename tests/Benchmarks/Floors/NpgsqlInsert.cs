using System.Diagnostics;
using Npgsql;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Load;

namespace Qubes.Cqrs.Benchmarks.Floors;

/// <summary>Durable inserts through Npgsql, prepared, a blocking thread per connection.</summary>
public sealed class NpgsqlInsert : IInsertFloor
{
    private readonly NpgsqlCommand[] commands;

    private NpgsqlInsert(NpgsqlCommand[] commands) => this.commands = commands;

    /// <inheritdoc/>
    public string Name => "Npgsql";

    /// <summary>Opens and prepares the connections.</summary>
    public static async Task<NpgsqlInsert> OpenAsync(PostgresServer server, int connections, CancellationToken ct)
    {
        var commands = new NpgsqlCommand[connections];
        for (var index = 0; index < connections; index++)
        {
            var connection = await server.ConnectAsync(InsertTable.Database);
            commands[index] = new(InsertTable.Insert, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = InsertTable.Body } } };
            await commands[index].PrepareAsync(ct);
        }
        return new(commands);
    }

    /// <inheritdoc/>
    public async Task<Round> RunAsync(int connections, TimeSpan duration, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var deadline = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var running = commands.Take(connections).Select(command => Task.Factory.StartNew(
            () => Insert(command, deadline, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        var samples = (await Task.WhenAll(running)).SelectMany(taken => taken).ToArray();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Array.Sort(samples);
        var perTick = 1e6 / Stopwatch.Frequency;
        return new(
            samples.Length, 0, seconds,
            Quantiles.Of(samples, 0.50) * perTick, Quantiles.Of(samples, 0.95) * perTick, Quantiles.Of(samples, 0.99) * perTick, 0);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var command in commands)
        {
            if (command.Connection is { } connection)
                await connection.DisposeAsync();
            await command.DisposeAsync();
        }
    }

    private static List<long> Insert(NpgsqlCommand command, long deadline, CancellationToken ct)
    {
        var samples = new List<long>(16384);
        for (var before = Stopwatch.GetTimestamp(); before < deadline && !ct.IsCancellationRequested;)
        {
            command.ExecuteNonQuery();
            var now = Stopwatch.GetTimestamp();
            samples.Add(now - before);
            before = now;
        }
        return samples;
    }
}
