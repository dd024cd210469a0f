using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Old activity goes; what it says of later states stays.</summary>
public sealed class ActivityEraserTests(TestServer server)
{
    [Fact]
    public async Task Old_activity_is_erased_and_every_later_state_stays()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using var log = await database.OpenAsync();
        await AppendAsync(0, new QubeAdded(Given.Qube(1), "one", QubeClass.AppVM, 1, [], [], [], []), new QubeAdded(Given.Qube(2), "two", QubeClass.AppVM, 2, [], [], [], []));
        await AppendAsync(1, Run(1, "a"));
        await AppendAsync(2, Run(1, "b"));
        await AppendAsync(3, new StartRequested(Given.Qube(2), "c"), new QubeSpawning(Given.Qube(2), "c"), new QubeSpawned(Given.Qube(2), "c", 7, -1, null, 5));
        await AppendAsync(4, new ShutdownFailed(Given.Qube(2), "b", "an old one"), new TagAdded(Given.Qube(1), "kept"));
        await AppendAsync(9, [new QubeStarted(Given.Qube(2), "c"), .. Run(1, "d")]);
        var before = new List<string>();
        for (var position = 15; position <= 20; position++)
        {
            before.Add(await DescribeAsync(position));
        }

        Assert.Equal(0, await log.Activity.EraseAsync(Given.Time.AddDays(1), default));
        Assert.Equal(8, await log.Activity.EraseAsync(Given.Time.AddDays(8), default)); // all of run a, all of b but its end, and the failure
        Assert.Equal(0, await log.Activity.EraseAsync(Given.Time.AddDays(8), default));

        Assert.Null((await log.Verifier.VerifyAsync(LogPosition.Start, default, default)).Fault);
        for (var position = 15; position <= 20; position++)
        {
            Assert.Equal(before[position - 15], await DescribeAsync(position));
        }

        async Task AppendAsync(int days, params DomainEvent[] events) => await log.Appender.AppendAsync(
            [.. events.Select(@event => new PendingEvent(@event, Given.Time.AddDays(days), Given.Metadata))], default);

        async Task<string> DescribeAsync(long position) =>
            RandomWorlds.Describe(await WorldReplay.AtAsync(log.Reader, null, new LogPosition(position), default));
    }

    private static DomainEvent[] Run(int qube, string run) =>
    [
        new StartRequested(Given.Qube(qube), run), new QubeStarted(Given.Qube(qube), run),
        new QubeStopped(Given.Qube(qube), run) { AtMicroseconds = 100 + run[0] }, new QubeShutDown(Given.Qube(qube), run),
    ];
}
