using System.Net.Sockets;
using Qubes.Cqrs.Benchmarks.Floors;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>
/// Measures the methods over the socket. All hosts run side by side, and each round visits every host, the echo server and the bare
/// inserts in turn, so that whatever the machine does meanwhile hits all of them.
/// </summary>
public sealed class LoadBenchmark(LoadSettings settings, Workplace workplace)
{
    private readonly List<MeasuredHost> hosts = [];
    private readonly List<Cell> cells = [];
    private readonly List<Skipped> skipped = [];

    /// <summary>Measures everything that the settings name.</summary>
    public async Task<LoadReport> RunAsync(CancellationToken ct)
    {
        await using var echo = await EchoProcess.StartAsync(Path.Combine(workplace.Folder, "echo.sock"), ct);
        try
        {
            foreach (var qubes in settings.Qubes)
            {
                Progress.Say($"starting a host with {qubes} qubes");
                hosts.Add(await MeasuredHost.StartAsync(workplace, qubes, settings, ct));
            }
            foreach (var method in settings.Methods)
                await MeasureAsync(method, echo, ct);
            return new(cells, skipped, await PostgresFacts.ReadAsync(hosts[0].Server, ct));
        }
        finally
        {
            foreach (var host in hosts)
                await host.DisposeAsync();
        }
    }

    private async Task MeasureAsync(string method, EchoProcess echo, CancellationToken ct)
    {
        var ready = new List<Probe>();
        foreach (var host in hosts)
        {
            var workload = Workload.Of(method, host.Qubes);
            var client = new ApiClient(host.SocketOf(workload));
            if (await RefusalAsync(client, workload, ct) is { } refusal)
            {
                skipped.Add(new(method, host.Qubes, refusal));
                continue;
            }
            var listed = method == "admin.vm.List" ? client.Reply.Count((byte)'\n') : 1;
            ready.Add(new(host, workload, client.Reply.Length, listed));
            await host.RunAsync(workload, settings.Clients, settings.WarmUp, ct);
        }
        foreach (var clients in new[] { 1, settings.Clients }.Distinct())
            await MeasureAsync(ready, clients, echo, ct);
    }

    private async Task MeasureAsync(List<Probe> probes, int clients, EchoProcess echo, CancellationToken ct)
    {
        var generator = new LoadGenerator(echo.SocketPath, clients, settings.UseThreads);
        // The first time round warms everything up and is not counted.
        for (var round = -1; round < settings.Rounds; round++)
        {
            var length = round < 0 ? settings.Round / 2 : settings.Round;
            foreach (var probe in probes)
            {
                var api = await probe.Host.RunAsync(probe.Workload, clients, length, ct);
                await echo.SetReplyBytesAsync(probe.ReplyBytes, ct);
                var floor = await generator.RunAsync(
                    probe.Workload.Frame, 0, length, long.MaxValue, echo.ProcessId, ct);
                var inserts = probe.Workload.Writes ? await InsertAsync(probe.Host, clients, length, ct) : [];
                if (round >= 0)
                    probe.Add(api, floor, inserts);
            }
        }
        foreach (var probe in probes)
        {
            cells.Add(probe.Take(clients, clients == 1 ? 1 : settings.InsertConnections));
            Say(cells[^1]);
        }
    }

    private static async Task<string?> RefusalAsync(ApiClient client, Workload workload, CancellationToken ct)
    {
        try
        {
            await client.ExchangeAsync(workload.Frame, 0, ct);
            if (!client.Succeeded)
                return client.ReplyText;
            if (workload.Undo is { } undo)
            {
                await client.ExchangeAsync(undo, 0, ct);
                return client.Succeeded ? null : client.ReplyText;
            }
            return null;
        }
        catch (SocketException broken)
        {
            return broken.Message;
        }
    }

    private async Task<Round[]> InsertAsync(MeasuredHost host, int clients, TimeSpan length, CancellationToken ct)
    {
        var connections = clients == 1 ? 1 : settings.InsertConnections;
        var rounds = new Round[host.Inserts.Count];
        for (var index = 0; index < rounds.Length; index++)
            rounds[index] = await host.Inserts[index].RunAsync(connections, length, ct);
        return rounds;
    }

    private static void Say(Cell cell)
    {
        var (api, echo) = (cell.Api, cell.Echo);
        Progress.Say($"{cell.Method}, {cell.Qubes} qubes, {cell.Clients} clients: {api.MedianMicroseconds:0} us, {api.PerSecond:0}/s");
        Progress.Say($"    echo: {echo.MedianMicroseconds:0} us, {echo.PerSecond:0}/s");
    }

    /// <summary>One method on one host, collecting its rounds.</summary>
    private sealed class Probe(MeasuredHost host, Workload workload, int replyBytes, int listed)
    {
        private readonly List<LoadResult> api = [];
        private readonly List<Round> echo = [];
        private readonly List<Round[]> inserts = [];

        public MeasuredHost Host { get; } = host;

        public Workload Workload { get; } = workload;

        public int ReplyBytes { get; } = replyBytes;

        public void Add(LoadResult ofApi, LoadResult ofEcho, Round[] ofInserts)
        {
            api.Add(ofApi);
            echo.Add(ofEcho.Round);
            inserts.Add(ofInserts);
        }

        /// <summary>Returns what has been collected and begins anew.</summary>
        public Cell Take(int clients, int connections)
        {
            var series = inserts[0].Select((_, index) => new InsertSeries(
                Host.Inserts[index].Name, connections, new([.. inserts.Select(round => round[index])])));
            var cell = new Cell(
                Workload.Method, Host.Qubes, listed, clients, ReplyBytes,
                new([.. api.Select(result => result.Round)]), new([.. echo]), [.. series],
                api.Select(result => result.FirstError).FirstOrDefault(error => error is not null));
            api.Clear();
            echo.Clear();
            inserts.Clear();
            return cell;
        }
    }
}
