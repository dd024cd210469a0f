using System.Globalization;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.EndToEnd.Tests;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Plays a recorded script in memory, power included, and shows the world at each start of a qube.</summary>
internal sealed class RecordedWorlds : IAsyncDisposable
{
    private static readonly Call Call = Call.OfDaemon("test");

    private readonly SimulatedHost host;
    private readonly RootedPaths paths;
    private readonly MemoryApi api;
    private int xid;

    internal RecordedWorlds(string root)
    {
        var description = HostDescription.Parse("host.yaml", Given.Text("host.yaml"));
        paths = new RootedPaths(root);
        host = new SimulatedHost(description, paths);
        host.Prepare();
        api = new MemoryApi(description, host.Observe(), hasHypervisor: false); // the qubes run when this says so
    }

    /// <summary>Plays all lines.</summary>
    /// <param name="script">The script's name.</param>
    /// <param name="starting">Hears of each start, with the world that it finds.</param>
    internal async Task PlayAsync(string script, Action<World, Qube> starting)
    {
        foreach (var line in TranscriptScript.Load(script).Lines)
        {
            await PrepareAsync(line);
            switch (line.Method)
            {
                case "admin.vm.Start" when line.Kind == "ok":
                    await StartAsync(Qube(line), starting);
                    break;
                case "admin.vm.Start":
                    Assert.Equal(line.ExcMsg, Assert.Throws<RefusedException>(() => starting(api.Writer.Current, Qube(line))).Message);
                    break;
                case "admin.vm.Kill" when line.Kind == "ok":
                    await StopAsync(Qube(line));
                    break;
                default:
                    await CallAsync(line);
                    break;
            }
        }
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private async Task PrepareAsync(TranscriptLine line)
    {
        foreach (var (path, content) in line.Fs)
        {
            var onDisk = paths.OnDisk(path);
            Directory.CreateDirectory(Path.GetDirectoryName(onDisk)!);
            await File.WriteAllTextAsync(onDisk, content.ValueKind == JsonValueKind.String ? content.GetString() : "");
        }

        if (line.Fs.Count > 0)
        {
            await RecordAsync(new HostObserved(host.Observe()));
        }
    }

    private Qube Qube(TranscriptLine line) => api.Writer.Current.Find(line.Dest) ?? throw new InvalidOperationException($"{line.Id}: no qube {line.Dest}");

    private async Task StartAsync(Qube qube, Action<World, Qube> starting)
    {
        if (PowerStates.Active(api.Writer.Current, qube.Id) is not null)
        {
            return;
        }

        if (NetworkValues.NetVm(api.Writer.Current, qube) is { } netvm)
        {
            await StartAsync(netvm, starting);
        }

        var run = string.Create(CultureInfo.InvariantCulture, $"run-{xid}");
        await RecordAsync(new StartRequested(qube.Id, run), new QubeSpawning(qube.Id, run));
        starting(api.Writer.Current, qube);
        var number = ++xid;
        var stubdom = PropertyValues.Get(api.Writer.Current, qube, "virt_mode")?.Text == "hvm" ? ++xid : -1;
        await RecordAsync(
            new QubeSpawned(qube.Id, run, number, stubdom, null, 0), new ActivityObserved(qube.Id, run, DomainActivity.Running), new QubeStarted(qube.Id, run));
    }

    private async Task StopAsync(Qube qube)
    {
        var run = PowerStates.Active(api.Writer.Current, qube.Id)!.Id;
        await RecordAsync(new QubeStopped(qube.Id, run), new QubeShutDown(qube.Id, run));
    }

    private async Task RecordAsync(params DomainEvent[] events)
    {
        void Decide(Draft draft) => Array.ForEach(events, draft.Record);
        await api.Writer.WriteAsync(Decide, Call, CancellationToken.None);
    }

    private async Task CallAsync(TranscriptLine line)
    {
        var reply = await api.CallAsync(SocketKind.Admin, line.Method, line.Arg, line.Src, line.Dest, Encoding.Latin1.GetBytes(line.Payload));
        Assert.True(line.Kind != "ok" || reply.StartsWith('0'), $"{line.Id} {line.Method}+{line.Arg} {line.Dest}: {reply}");
        if (line.Method == "admin.vm.property.Get")
        {
            Assert.True(reply == Encoding.Latin1.GetString(line.ReplyB64), $"{line.Id} {line.Arg} of {line.Dest}: {reply}");
        }
    }
}
