using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the parts of the executor share.</summary>
internal sealed class PowerContext(PowerPorts ports, IQubeStorage storage, Dispatcher dispatcher, PowerOptions options, TimeProvider time, ILogger logger)
{
    internal PowerPorts Ports { get; } = ports;

    internal IQubeStorage Storage { get; } = storage;

    internal PowerOptions Options { get; } = options;

    internal TimeProvider Time { get; } = time;

    internal ILogger Logger { get; } = logger;

    /// <summary>What else takes part in starts, in order.</summary>
    internal ImmutableArray<IStartSteps> StartSteps { get; set; } = [];

    internal Lanes<QubeId> Lanes { get; } = new();

    internal RunWaiters Waiters { get; } = new(() => dispatcher.Current);

    internal StartAttempts Attempts { get; } = new();

    internal DomainFigures Figures { get; } = new();

    internal QuietQubes Quiet { get; } = new();

    /// <summary>The newest durable state.</summary>
    internal World World => dispatcher.Current;

    /// <summary>The run of a qube, if it is this one.</summary>
    internal Run? Find(QubeId qube, string run) => World.Runs.TryGetValue(qube, out var current) && current.Id == run ? current : null;

    /// <summary>Notes what was done or found; nothing happens when the qube is gone.</summary>
    /// <param name="qube">The qube.</param>
    /// <param name="rule">The rule that notes it.</param>
    /// <param name="call">The request that it belongs to.</param>
    internal async Task NoteAsync(QubeId qube, Action<Draft> rule, Call call)
    {
        try
        {
            await dispatcher.SendAsync(new PowerStep(qube, rule), call, CancellationToken.None).ConfigureAwait(false);
        }
        catch (QubeNotFoundException)
        {
            // Nobody is left to tell.
        }
    }
}
