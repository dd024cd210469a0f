using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>A fresh system whose log is followed by the keeper of the policy's files.</summary>
internal sealed class PolicyBench : ICommitObserver, ILogger<PolicyWatch>, IAsyncDisposable
{
    private readonly Writer writer;
    private readonly Dispatcher dispatcher;
    private readonly PolicyWatch watch;
    private readonly List<string> told;

    public PolicyBench(FakePolicyDisk disk, OutcomeWaiters outcomes, List<string> told)
    {
        this.told = told;
        var world = FreshSystem.Events(HostFacts.Unknown).Aggregate(World.Empty, (before, @event) => Evolve.Apply(before, @event, before.Position.Next));
        writer = new Writer(
            new ScriptedLog(world.Position), world, this, TimeProvider.System, new WriterOptions(), NullLogger<Writer>.Instance, null, null);
        dispatcher = new Dispatcher(writer, CommandRegistry.All, [new ValidationBehavior(CommandRegistry.All), new StorageBehavior(outcomes)]);
        watch = new PolicyWatch(
            new PolicyInForce(disk, PolicyLocations.Standard), disk, dispatcher, disk.Gate, outcomes, TimeProvider.System, this);
    }

    public List<RecordedEvent> Events { get; } = [];

    public World World => writer.Current;

    public PolicyFiles Policy => World.Policy;

    public Task LookAsync() => watch.LookAsync(CancellationToken.None);

    public async Task SendAsync(ICommand command, string method) => await dispatcher.SendAsync(command, Bench.Call(method), CancellationToken.None);

    public Task RestoreAsync(World then)
    {
        var plan = Restoration.Plan(World, then, null, new Caller(QubeId.Dom0, TimeProvider.System.GetUtcNow()), new StepContext(Guid.Empty));
        return SendAsync(new RestoreSystem(then, null, plan.Digest, Guid.Empty), "qubes.cqrs.Restore");
    }

    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        Events.AddRange(events);
        watch.Committed(events);
    }

    public void Announced(Moment moment, EquatableArray<Announcement> announcements, LogPosition? position)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        told.Add($"{logLevel} {formatter(state, exception)}{exception}");

    public async ValueTask DisposeAsync()
    {
        await watch.DisposeAsync();
        await writer.DisposeAsync();
    }
}
