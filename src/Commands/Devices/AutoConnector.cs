using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Attaches devices to the qubes that they are assigned to, when these start and when devices appear; asks the user where the assignment says so.</summary>
/// <remarks>Source: spec, devices 4 and 6.</remarks>
internal sealed class AutoConnector(DeviceContext context, DeviceConnector connector)
{
    private const int MostQuestions = 16;

    private readonly Lock gate = new();
    private readonly HashSet<string> asking = new(StringComparer.Ordinal);

    /// <summary>Attaches what a qube gets that has just started; returns when that is done, but for what the user is asked.</summary>
    internal async Task StartedAsync(QubeId id, Call call, CancellationToken stop)
    {
        if (context.World.Find(id) is not { } qube)
        {
            return;
        }

        foreach (var (device, assignment) in AutoAttachment.AtStart(context.World, qube).ToList())
        {
            if (assignment.Mode == DeviceModes.Ask)
            {
                Ask(device, [qube.Name], call, stop);
            }
            else
            {
                await AttachAsync(id, device, assignment, call, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Lets the qubes have devices that have appeared; waits for nothing.</summary>
    internal void Offer(IEnumerable<DeviceInfo> devices, Call call, CancellationToken stop)
    {
        foreach (var device in devices)
        {
            switch (AutoAttachment.Waiting(context.World, device))
            {
                case []:
                    break;
                case [(var frontend, { Mode: not DeviceModes.Ask } assignment)]:
                    _ = AttachAsync(frontend.Id, device, assignment, call, stop);
                    break;
                case var several:
                    Ask(device, several.Select(waiting => waiting.Frontend.Name).ToEquatableArray(), call, stop);
                    break;
            }
        }
    }

    private Task AttachAsync(QubeId frontend, DeviceInfo device, DeviceAssignment assignment, Call call, CancellationToken stop) =>
        context.Lanes.RunAsync(frontend, () => context.TryAsync(
            frontend,
            "attach",
            device.Class,
            () => connector.AttachAsync(
                frontend, new PowerStep(frontend, draft => DeviceAttachment.RequestAssigned(draft, frontend, device.Address, assignment)), call, stop),
            stop));

    // One question per device at a time, and a few in all: a qube that plugs devices in and out must not fill the screen.
    private void Ask(DeviceInfo device, EquatableArray<string> targets, Call call, CancellationToken stop)
    {
        var key = device.Address.ToString();
        lock (gate)
        {
            if (asking.Count >= MostQuestions || !asking.Add(key))
            {
                return;
            }
        }

        _ = Task.Run(() => context.TryAsync(context.World.Find(device.Backend)?.Id ?? QubeId.Dom0, "ask about", device.Class, () => AskAsync(device, targets, call, stop), stop), CancellationToken.None)
            .ContinueWith(_ => Forget(key), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task AskAsync(DeviceInfo device, EquatableArray<string> targets, Call call, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(context.Options.AskTimeout);
        var question = new DeviceQuestion(device.Backend, Description(device), $"{device.Backend}+{device.Port}+{device.Device.Replace(':', '+')}", targets);
        if (await context.Ports.Agent.AskAsync(context.World, question, patience.Token).ConfigureAwait(false) is { } name && targets.Contains(name))
        {
            // Things may have changed while the user thought.
            var world = context.World;
            if (world.Find(name) is { } frontend && PowerStates.Active(world, frontend.Id) is not null && AutoAttachment.Best(frontend, device) is { } assignment)
            {
                await AttachAsync(frontend.Id, device, assignment, call, stop).ConfigureAwait(false);
            }
        }
    }

    private static string Description(DeviceInfo device) => string.Join(' ', device.Texts().Where(text => text.Name is "name" or "serial").Select(text => text.Value));

    private void Forget(string key)
    {
        lock (gate)
        {
            asking.Remove(key);
        }
    }
}
