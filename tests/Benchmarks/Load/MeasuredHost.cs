using Qubes.Cqrs.Benchmarks.Floors;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>A running daemon with a number of qubes, and the bare inserts on its own PostgreSQL server.</summary>
public sealed class MeasuredHost : IAsyncDisposable
{
    private readonly InsertTable table;
    private readonly Dictionary<(bool Internal, int Clients), LoadGenerator> generators;
    private long next;

    private MeasuredHost(
        int qubes, Daemon daemon, PostgresServer server, InsertTable table, IReadOnlyList<IInsertFloor> inserts, LoadSettings settings)
    {
        Qubes = qubes;
        Daemon = daemon;
        Server = server;
        Inserts = inserts;
        this.table = table;
        generators = new[] { (false, 1), (false, settings.Clients), (true, 1), (true, settings.Clients) }.Distinct().ToDictionary(
            key => key, key => new LoadGenerator(key.Item1 ? daemon.InternalSocketPath : daemon.SocketPath, key.Item2, settings.UseThreads));
    }

    /// <summary>Qubes on the host, template and dom0 not counted.</summary>
    public int Qubes { get; }

    /// <summary>The daemon.</summary>
    public Daemon Daemon { get; }

    /// <summary>The server that holds its log.</summary>
    public PostgresServer Server { get; }

    /// <summary>The bare inserts, strictest first.</summary>
    public IReadOnlyList<IInsertFloor> Inserts { get; }

    /// <summary>Starts a daemon in a root of its own and fills it.</summary>
    public static async Task<MeasuredHost> StartAsync(Workplace workplace, int qubes, LoadSettings settings, CancellationToken ct)
    {
        var root = workplace.Make($"{qubes}-qubes");
        // A root that a former run left has its qubes already.
        var store = settings.Import && !Directory.Exists(Path.Combine(root, "var")) ? Path.Combine(root, "import.xml") : null;
        if (store is not null)
            StoreFile.Write(store, qubes);
        var daemon = Daemon.Start(root, store);
        try
        {
            await daemon.AnswersAsync(RequestFrame.Always("admin.vm.List"), TimeSpan.FromMinutes(2), ct);
            await Population.CreateAsync(daemon.SocketPath, qubes, ct);
            var server = await PostgresServer.OpenAsync(daemon.Postmaster, ct);
            var table = await InsertTable.CreateAsync(server, ct);
            List<IInsertFloor> inserts = [];
            if (await PgbenchInsert.OpenAsync(server, ct) is { } pgbench)
                inserts.Add(pgbench);
            inserts.Add(await NpgsqlInsert.OpenAsync(server, settings.InsertConnections, ct));
            return new(qubes, daemon, server, table, inserts, settings);
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>The socket that serves the workload's method.</summary>
    public string SocketOf(Workload workload) => workload.Internal ? Daemon.InternalSocketPath : Daemon.SocketPath;

    /// <summary>Runs one round, then takes back what piles up and waits until the daemon is quiet again.</summary>
    public async Task<LoadResult> RunAsync(Workload workload, int clients, TimeSpan duration, CancellationToken ct)
    {
        var generator = generators[(workload.Internal, clients)];
        var result = await generator.RunAsync(workload.Frame, next, duration, long.MaxValue, Daemon.ProcessId, ct);
        next = result.NextNumber;
        if (workload.Undo is { } undo)
            await generator.RunAsync(undo, result.Shares, TimeSpan.FromMinutes(5), null, ct);
        await ProcessFacts.WaitForQuietAsync(Daemon.ProcessId, ct);
        return result;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var insert in Inserts)
                await insert.DisposeAsync();
            await table.DisposeAsync();
        }
        finally
        {
            await Daemon.DisposeAsync();
        }
    }
}
