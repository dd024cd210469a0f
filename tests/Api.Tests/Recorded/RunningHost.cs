using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Starts and stops qubes as the recording host did: at once, with numbers in sequence, the network first.</summary>
internal sealed class RunningHost(MemoryApi api)
{
    private int lastXid;

    internal async Task StartAsync(string name)
    {
        var qube = api.Writer.Current.Find(name)!;
        if (PowerStates.IsActive(api.Writer.Current, qube))
        {
            return;
        }

        if (NetworkValues.NetVm(api.Writer.Current, qube) is { } netvm)
        {
            await StartAsync(netvm.Name);
        }

        var run = $"run of {name} before {lastXid}";
        var isHvm = PropertyValues.Get(api.Writer.Current, qube, "virt_mode")?.Text == "hvm";
        var xid = ++lastXid;
        await RecordAsync(new StartRequested(qube.Id, run), new QubeSpawning(qube.Id, run));
        await RecordAsync(new QubeSpawned(qube.Id, run, xid, isHvm ? ++lastXid : -1, isHvm ? new QubeId(Guid.NewGuid()) : null, 0));
        var spawned = api.Writer.Current.Runs[qube.Id];
        await api.Database.PrepareAsync(qube.Id, spawned, CancellationToken.None);
        await api.Database.OpenAsync(qube.Id, spawned, CancellationToken.None);
        await api.Database.WriteAsync(qube.Id, spawned, CancellationToken.None);
        await api.Database.WatchAsync(qube.Id, spawned, CancellationToken.None);
        await RecordAsync(new ActivityObserved(qube.Id, run, DomainActivity.Running));
        await RecordAsync(new QubeStarted(qube.Id, run));
    }

    internal async Task StopAsync(string name)
    {
        var qube = api.Writer.Current.Find(name)!;
        if (PowerStates.Active(api.Writer.Current, qube.Id) is { } run)
        {
            await RecordAsync(new QubeStopped(qube.Id, run.Id));
            await api.Database.CloseAsync(qube.Id, CancellationToken.None);
            await RecordAsync(new QubeShutDown(qube.Id, run.Id));
        }
    }

    private async Task RecordAsync(params DomainEvent[] events) => await api.Writer.WriteAsync(
        draft =>
        {
            foreach (var @event in events)
            {
                draft.Record(@event);
            }
        },
        Call.OfDaemon("test"),
        CancellationToken.None);
}
