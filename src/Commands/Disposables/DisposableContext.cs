using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the parts of the keeper of disposables share.</summary>
internal sealed class DisposableContext(PowerProcess power, Dispatcher dispatcher, RecentDispIds recent, DisposableOptions options, ILogger logger, CancellationToken stop)
{
    private bool held;

    internal PowerProcess Process { get; } = power;

    internal PowerContext Power { get; } = power.Context;

    internal DisposableOptions Options { get; } = options;

    internal ILogger Logger { get; } = logger;

    internal Dispatcher Dispatcher { get; } = dispatcher;

    /// <summary>Triggered when the daemon stops: the next one goes on.</summary>
    internal CancellationToken Stop { get; } = stop;

    /// <summary>Whether none are to be kept ready for now.</summary>
    internal bool IsHeld { get => Volatile.Read(ref held); set => Volatile.Write(ref held, value); }

    internal World World => Dispatcher.Current;

    /// <summary>A call of the keeper itself.</summary>
    internal static Call OwnCall() => Call.OfDaemon(DisposableProcess.Verb);

    /// <summary>The command that creates a disposable with a new identity.</summary>
    internal CreateDisposable NewDisposable(QubeId destination) =>
        new(destination, new QubeId(Guid.NewGuid()), RandomNumberGenerator.GetInt32(Disposables.DispIds), recent.Current);

    /// <summary>Decides something about a qube.</summary>
    /// <exception cref="DomainException">It is refused, or the qube is gone.</exception>
    internal async Task DecideAsync(QubeId qube, Action<Draft> rule, Call call) =>
        await Dispatcher.SendAsync(new PowerStep(qube, rule), call, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Does work of its own, in which a bug must not stop anything else.</summary>
    internal async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (PowerFaults.IsExpected(e) && Stop.IsCancellationRequested)
        {
            // The next daemon goes on.
        }
#pragma warning disable CA1031 // A bug in one place must not stop the rest.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            DisposableLog.Fault(Logger, fault);
        }
    }
}
