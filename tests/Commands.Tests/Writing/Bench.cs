using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>A writer on a scripted log and a fresh system with the qube <c>work</c>.</summary>
internal sealed class Bench : ICommitObserver, IAsyncDisposable
{
    public static readonly QubeId Work = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));

    public Bench(WriterOptions? options = null, IEphemeralJournal? journal = null)
    {
        var events = FreshSystem.Events(HostFacts.Unknown).Append(
            new QubeAdded(Work, "work", QubeClass.StandaloneVM, 1, [new("label", PropertyValue.OfLabel(1))], [], [], []));
        var world = events.Aggregate(World.Empty, (before, @event) => Evolve.Apply(before, @event, before.Position.Next));
        Log = new ScriptedLog(world.Position);
        Writer = new Writer(
            Log, world, this, TimeProvider.System, options ?? new WriterOptions { RetryInterval = TimeSpan.FromMilliseconds(5) }, NullLogger<Writer>.Instance, null, journal);
        Dispatcher = new Dispatcher(
            Writer, CommandRegistry.All, [new ValidationBehavior(CommandRegistry.All), new PermissionBehavior(() => Writer.Current)]);
    }

    public ScriptedLog Log { get; }

    public Writer Writer { get; }

    public Dispatcher Dispatcher { get; }

    public List<string> Heard { get; } = [];

    public Task<LogPosition> AddTagAsync(string tag) => Dispatcher.SendAsync(new AddTag(Work, tag), Call("admin.vm.tag.Set", tag), default).AsTask();

    public static Call Call(string method, string argument = "", string source = "dom0", QubeId? sourceId = null) =>
        new(Commands.Call.NewCorrelationId(), method, sourceId ?? QubeId.Dom0, source) { Argument = argument, Destination = "work" };

    public List<RecordedEvent> Told { get; } = [];

    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        Heard.Add($"committed {events.Length}");
        Told.AddRange(events);
    }

    public void Announced(Moment moment, EquatableArray<Announcement> announcements, LogPosition? position) =>
        Heard.AddRange(announcements.Select(announcement => announcement.Event + (position is null ? "" : "@" + position)));

    public async Task UntilReadyAsync()
    {
        for (var tries = 0; Writer.Refusal is not null; tries++)
        {
            Assert.True(tries < 1000, "the writer did not recover");
            await Task.Delay(5);
        }
    }

    public ValueTask DisposeAsync() => Writer.DisposeAsync();
}
