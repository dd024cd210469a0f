using System.Globalization;
using System.Text.RegularExpressions;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Load;

namespace Qubes.Cqrs.Benchmarks.Floors;

/// <summary>Durable inserts through PostgreSQL's own pgbench, prepared: the cheapest client there is, and so the strictest floor.</summary>
public sealed partial class PgbenchInsert : IInsertFloor
{
    private readonly PostgresServer server;
    private readonly string folder;

    private PgbenchInsert(PostgresServer server, string folder)
    {
        this.server = server;
        this.folder = folder;
    }

    /// <inheritdoc/>
    public string Name => "pgbench";

    private string Script => Path.Combine(folder, "insert.sql");

    /// <summary>Makes ready; null if the server's installation has no pgbench.</summary>
    public static async Task<PgbenchInsert?> OpenAsync(PostgresServer server, CancellationToken ct)
    {
        if (server.Program("pgbench") is null)
            return null;
        var floor = new PgbenchInsert(server, Directory.CreateTempSubdirectory("qubesd-pgbench-").FullName);
        // pgbench runs as the cluster's account and leaves its measurements here.
        File.SetUnixFileMode(floor.folder, (UnixFileMode)0b111_111_111);
        await File.WriteAllTextAsync(
            floor.Script, InsertTable.Insert.Replace("$1", $"'{InsertTable.Body}'", StringComparison.Ordinal) + ";\n", ct);
        File.SetUnixFileMode(floor.Script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return floor;
    }

    /// <inheritdoc/>
    public async Task<Round> RunAsync(int connections, TimeSpan duration, CancellationToken ct)
    {
        var seconds = Math.Max(1, (int)Math.Round(duration.TotalSeconds));
        var start = server.Program(
            "pgbench", "-n", "-M", "prepared", "-c", $"{connections}", "-j", connections == 1 ? "1" : "2", "-T", $"{seconds}",
            "-f", Script, "-l", "--log-prefix", Path.Combine(folder, "times"), InsertTable.Database)
            ?? throw new BenchmarkException("pgbench is gone.");
        start.WorkingDirectory = folder;
        var run = await Tool.RunAsync(start, ct);
        var rate = Rate().Match(run.Output);
        if (run.ExitCode != 0 || !rate.Success)
            throw new BenchmarkException($"pgbench failed:\n{run.Output}\n{run.Errors}");
        var samples = Times();
        return new(
            samples.Length, 0, samples.Length / double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture),
            Quantiles.Of(samples, 0.50), Quantiles.Of(samples, 0.95), Quantiles.Of(samples, 0.99), 0);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads and removes the log files: the third field is the time of one transaction in microseconds.</summary>
    private long[] Times()
    {
        var samples = new List<long>();
        foreach (var file in Directory.EnumerateFiles(folder, "times.*"))
        {
            samples.AddRange(File.ReadLines(file).Select(line => long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)));
            File.Delete(file);
        }
        samples.Sort();
        return [.. samples];
    }

    [GeneratedRegex(@"^tps = ([0-9.]+) \(without initial connection time\)", RegexOptions.Multiline)]
    private static partial Regex Rate();
}
