using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Benchmarks.History;

/// <summary>Writes a long log that could have come about: qubes are set up, run and changed for years, decided by the daemon's own rules and
/// appended by its own writer, only many requests to a commit.</summary>
/// <remarks>The same events each time, up to the ids that the log draws.</remarks>
public sealed class HistoryWriter(string root, int qubes, long events)
{
    private const int Commit = 2000;
    private const int MostRunning = 12;
    private static readonly TimeSpan Progressing = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromMinutes(1);

    private readonly Random random = new(7);
    private readonly List<PendingEvent> pending = [];
    private readonly List<(QubeId Qube, string Run)> running = [];
    private World world = World.Empty;
    private DateTimeOffset now = new(2024, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private long requests;

    /// <summary>Appends until the log holds that many events, if it is new; returns how many it holds.</summary>
    public async Task<long> WriteAsync(CancellationToken ct)
    {
        var state = Path.Combine(root, "var/lib/qubes/log");
        Directory.CreateDirectory(state);
        await using var log = await EventLogHost.OpenAsync(
            new LogOptions { Embedded = new EmbeddedPostgresOptions { StateDirectory = state } }, NullLogger.Instance, ct);
        if (await log.Reader.HeadAsync(ct) is { Value: > 0 } head)
        {
            return head.Value;
        }

        var (written, shown) = (0L, Stopwatch.GetTimestamp());
        Begin();
        while (written + pending.Count < events)
        {
            Request();
            if (pending.Count >= Commit)
            {
                written += await FlushAsync(log, ct);
                if (Stopwatch.GetElapsedTime(shown) > Progressing)
                {
                    shown = Stopwatch.GetTimestamp();
                    Progress.Say($"{written} of {events} events");
                }
            }
        }

        return written + await FlushAsync(log, ct);
    }

    private async Task<int> FlushAsync(EventLogHost log, CancellationToken ct)
    {
        var count = pending.Count;
        await log.Appender.AppendAsync([.. pending], ct);
        pending.Clear();
        return count;
    }

    private void Begin()
    {
        var facts = HostFacts.Unknown with { MemoryMiB = 16384, Kernels = [new HostKernel("6.6.1-1.qubes", true) { HasInitramfs = true, HasModules = true }] };
        foreach (var first in FreshSystem.Events(facts))
        {
            world = Evolve.Apply(world, first);
            pending.Add(new PendingEvent(first, now, new EventMetadata(Id(), null, "dom0") { Method = "qubesd.initialise" }));
        }

        Decide("admin.property.Set", "default_kernel", draft => Properties.Set(draft, null, "default_kernel", "6.6.1-1.qubes"));
        Create(QubeClass.TemplateVM, "tpl", null);
        for (var number = 1; number < qubes; number++)
        {
            Create(QubeClass.AppVM, string.Create(CultureInfo.InvariantCulture, $"q{number}"), "tpl");
        }
    }

    private void Create(QubeClass @class, string name, string? template) => Decide($"admin.vm.Create.{@class}", "", draft =>
        QubeCreation.Create(draft, new NewQube(@class, name, 1, template, null, [], new QubeId(new Guid((int)++requests, 0, 0, new byte[8])), 0)));

    private void Request()
    {
        var number = random.Next(1, qubes);
        var qube = world.Find(string.Create(CultureInfo.InvariantCulture, $"q{number}"))!;
        switch (random.Next(100))
        {
            case < 45:
                Decide("admin.vm.property.Set", "memory", draft => Properties.Set(draft, qube.Id, "memory", Text(random.Next(200, 1000))), qube.Name);
                break;
            case < 60:
                Decide("admin.vm.feature.Set", "service.x", draft => Features.Set(draft, qube.Id, "service.x" + Text(random.Next(8)), Text(random.Next(100))), qube.Name);
                break;
            case < 75:
                var tag = "t" + Text(random.Next(6));
                Decide(
                    qube.Tags.Contains(tag) ? "admin.vm.tag.Remove" : "admin.vm.tag.Set", tag,
                    draft => (qube.Tags.Contains(tag) ? (Action<Draft, QubeId, string>)Tags.Remove : Tags.Add)(draft, qube.Id, tag), qube.Name);
                break;
            case < 80:
                Decide("admin.vm.firewall.Set", "", draft => Firewalls.Set(draft, qube.Id, Rules()), qube.Name);
                break;
            case < 83:
                Decide("admin.vm.notes.Set", "", draft => Notes.Set(draft, qube.Id, "Looked at on day " + Text(random.Next(1000))), qube.Name);
                break;
            default:
                Run(qube);
                break;
        }
    }

    private EquatableArray<FirewallRule> Rules() =>
    [
        .. Enumerable.Range(0, random.Next(1, 5)).Select(_ => FirewallRuleParser.Parse($"action=accept dst4=10.{Text(random.Next(256))}.0.0/16 proto=tcp dstports=443-443")),
        FirewallRuleParser.Parse("action=drop"),
    ];

    private void Run(Qube qube)
    {
        if (running.Count >= MostRunning || world.Runs.ContainsKey(qube.Id))
        {
            var (ended, run) = running[0];
            running.RemoveAt(0);
            Decide("admin.vm.Kill", "", draft =>
            {
                Stops.Stopped(draft, ended, run);
                Stops.Complete(draft, ended, run);
            }, world.Qube(ended).Name);
        }

        if (!world.Runs.ContainsKey(qube.Id))
        {
            var run = Id();
            running.Add((qube.Id, run));
            Decide("admin.vm.Start", "", draft =>
            {
                Starts.Request(draft, qube.Id, run);
                Starts.Spawn(draft, qube.Id, run);
                Starts.Spawned(draft, new QubeSpawned(qube.Id, run, (int)(requests % 30_000) + 1, -1, null, requests));
                Starts.Complete(draft, qube.Id, run);
            }, qube.Name);
        }
    }

    private void Decide(string method, string argument, Action<Draft> rule, string destination = "dom0")
    {
        requests++;
        now += BetweenRequests * random.NextDouble();
        now = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        var draft = new Draft(world, new Caller(QubeId.Dom0, now));
        rule(draft);
        var decision = draft.ToDecision();
        world = decision.After;
        var metadata = new EventMetadata(Id(), null, "dom0") { Method = method, Argument = argument, Destination = destination, Peer = new Peer(0, 4242, "qvm-prefs") };
        pending.AddRange(decision.Events.Select(@event => new PendingEvent(@event, now, metadata)));
    }

    private string Id() => string.Create(CultureInfo.InvariantCulture, $"{requests:x16}{random.NextInt64():x16}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
