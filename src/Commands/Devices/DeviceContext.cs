using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the parts of the work on devices share.</summary>
internal sealed class DeviceContext(DevicePorts ports, Dispatcher dispatcher, DeviceOptions options, TimeProvider time, ILogger logger)
{
    internal DevicePorts Ports { get; } = ports;

    internal DeviceOptions Options { get; } = options;

    internal TimeProvider Time { get; } = time;

    internal ILogger Logger { get; } = logger;

    /// <summary>Lanes of their own: a device that hangs must not keep its qube from being stopped.</summary>
    internal Lanes<QubeId> Lanes { get; } = new();

    /// <summary>The newest durable state.</summary>
    internal World World => dispatcher.Current;

    /// <summary>The run of a qube, if it is this one and its domain is there.</summary>
    internal Run? Find(QubeId qube, string run) => PowerStates.Active(World, qube) is { } current && current.Id == run ? current : null;

    /// <summary>Sends a command; who sent the request may have gone.</summary>
    internal async Task SendAsync(ICommand command, Call call) => await dispatcher.SendAsync(command, call, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Notes what was done or found; nothing happens when the qube is gone.</summary>
    internal async Task NoteAsync(QubeId qube, Action<Draft> rule, Call call)
    {
        try
        {
            await SendAsync(new PowerStep(qube, rule), call).ConfigureAwait(false);
        }
        catch (QubeNotFoundException)
        {
            // Nobody is left to tell.
        }
    }

    /// <summary>Does work that nobody waits for: what the outside does not allow is logged, and a fault of it stops nothing else.</summary>
    internal async Task TryAsync(QubeId qube, string what, string @class, Func<Task> work, CancellationToken stop)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The next daemon goes on.
        }
        catch (Exception e) when (PowerFaults.IsExpected(e))
        {
            DeviceLog.NotDone(Logger, what, @class, qube, e.Message);
        }
#pragma warning disable CA1031 // A bug in the work on one device must not stop the work on the others.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            DeviceLog.Fault(Logger, qube, fault);
        }
    }
}
