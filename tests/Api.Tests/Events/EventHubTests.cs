using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public class EventHubTests
{
    private const string Established = "1\0\0connection-established\0\0";
    private static readonly QubeId Work = new(Guid.Parse("11111111-1111-4111-8111-111111111111"));
    private static readonly QubeId NewWork = new(Guid.Parse("22222222-2222-4222-8222-222222222222"));
    private readonly TestLog log = new();

    [Fact]
    public async Task Dom0_hears_of_everything_in_order()
    {
        var hub = Hub();
        var (stream, run) = Run(hub.Subscribe(QubeId.Dom0));
        hub.Publish(Moment.None, [About(Work, "work", "a"), System("b"), About(QubeId.Dom0, "dom0", "c")]);
        hub.Publish(Moment.None, [About(NewWork, "work", "d")]);
        await stream.WhenAsync(Established + "1\0work\0a\0\0" + "1\0\0b\0\0" + "1\0dom0\0c\0\0" + "1\0work\0d\0\0");
        stream.HangUp();
        await run;
        Assert.Equal(0, hub.Subscribers);
    }

    [Fact]
    public async Task A_qube_hears_only_of_itself_and_not_of_its_successor()
    {
        var hub = Hub();
        var (stream, run) = Run(hub.Subscribe(Work));
        hub.Publish(Moment.None, [About(Work, "work", "a"), System("domain-delete"), About(NewWork, "work", "b"), About(QubeId.Dom0, "dom0", "c"), About(Work, "work", "d")]);
        await stream.WhenAsync(Established + "1\0work\0a\0\0" + "1\0work\0d\0\0");
        stream.HangUp();
        await run;
    }

    [Fact]
    public async Task That_a_qube_left_the_disk_is_told_to_those_who_watch_it_alone()
    {
        var hub = Hub();
        var (everything, _) = Run(hub.Subscribe(QubeId.Dom0));
        var (its, _) = Run(hub.Subscribe(Work));
        hub.Publish(Moment.None, [System("domain-delete"), About(Work, "work", Announcement.RemovedFromDisk), System("next"), About(Work, "work", "next")]);
        await everything.WhenAsync(Established + "1\0\0domain-delete\0\0" + "1\0\0next\0\0" + "1\0work\0next\0\0");
        await its.WhenAsync(Established + "1\0work\0domain-remove-from-disk\0\0" + "1\0work\0next\0\0");
        everything.HangUp();
        its.HangUp();
    }

    [Fact]
    public async Task Subscribers_hear_what_is_published_after_they_subscribed()
    {
        var hub = Hub();
        using var keeper = hub.Subscribe(QubeId.Dom0);
        hub.Publish(Moment.None, [System("before")]);
        var subscriber = hub.Subscribe(QubeId.Dom0);
        hub.Publish(Moment.None, [System("after")]);
        var (stream, _) = Run(subscriber);
        await stream.WhenAsync(Established + "1\0\0after\0\0");
        stream.HangUp();
    }

    [Fact]
    public async Task A_predicate_decides_what_the_caller_hears()
    {
        var hub = Hub();
        var (stream, _) = Run(hub.Subscribe(QubeId.Dom0, (_, announcement) => announcement.Event != "b"));
        hub.Publish(Moment.None, [System("a"), System("b"), System("c")]);
        await stream.WhenAsync(Established + "1\0\0a\0\0" + "1\0\0c\0\0");
        stream.HangUp();
    }

    [Theory]
    [InlineData(10, 1_000_000, 11)]
    [InlineData(1000, 130, 11)]
    public async Task Who_does_not_read_is_disconnected_and_holds_up_nobody(int messages, int bytes, int published)
    {
        var hub = Hub(new EventHubOptions { QueueMessages = messages, QueueBytes = bytes });
        var stuck = new FakeStream { IsStuck = true };
        var run = hub.Subscribe(QubeId.Dom0).RunAsync(stuck);
        await stuck.Blocked.Task;
        var (reader, _) = Run(hub.Subscribe(QubeId.Dom0));
        var expected = Established;
        for (var count = 0; count < published; count++)
        {
            hub.Publish(Moment.None, [System($"event-{count:D2}")]);
            expected += $"1\0\0event-{count:D2}\0\0";
            await reader.WhenAsync(expected);
        }

        await run;
        Assert.Equal(1, hub.Subscribers);
        Assert.Contains("Warning 1200 a subscriber of", Assert.Single(log.Lines), StringComparison.Ordinal);
        reader.HangUp();
    }

    [Fact]
    public async Task Who_reads_may_be_told_any_amount()
    {
        var hub = Hub(new EventHubOptions { QueueMessages = 10, QueueBytes = 1000 });
        var (stream, _) = Run(hub.Subscribe(Work));
        for (var count = 0; count < 2000; count++)
        {
            hub.Publish(Moment.None, [About(Work, "work", $"{count}")]);
            await stream.WhenSentAsync($"1\0work\0{count}\0\0");
        }

        Assert.Equal(1, hub.Subscribers);
        stream.HangUp();
    }

    [Fact]
    public async Task A_message_that_cannot_be_sent_ends_the_stream_as_a_fault()
    {
        var hub = Hub();
        var (_, run) = Run(hub.Subscribe(QubeId.Dom0));
        hub.Publish(Moment.None, [System("\u00e9")]);
        await Assert.ThrowsAsync<ArgumentException>(() => run);
        Assert.Equal(0, hub.Subscribers);
    }

    [Fact]
    public void Publishing_without_subscribers_does_nothing()
    {
        var hub = Hub();
        hub.Publish(Moment.None, [System("\u00e9")]);
        hub.Subscribe(Work).Dispose();
        hub.Publish(Moment.None, [About(Work, "work", "a")]);
        Assert.Equal(0, hub.Subscribers);
    }

    [Fact]
    public void Disposing_twice_counts_once()
    {
        var hub = Hub();
        using var other = hub.Subscribe(Work);
        var subscriber = hub.Subscribe(Work);
        subscriber.Dispose();
        subscriber.Dispose();
        Assert.Equal(1, hub.Subscribers);
    }

    [Fact]
    public async Task Hundreds_of_subscribers_share_what_is_published()
    {
        var hub = Hub();
        var streams = Enumerable.Range(0, 300).Select(_ => Run(hub.Subscribe(QubeId.Dom0)).Stream).ToList();
        var expected = new StringBuilder(Established);
        for (var count = 0; count < 1000; count++)
        {
            hub.Publish(Moment.None, [About(Work, "work", $"event-{count}")]);
            expected.Append($"1\0work\0event-{count}\0\0");
        }

        foreach (var stream in streams)
        {
            await stream.WhenAsync(expected.ToString());
            stream.HangUp();
        }
    }

    [Fact]
    public async Task Over_a_real_socket_a_subscriber_that_never_reads_is_dropped_and_another_hears_all()
    {
        var hub = Hub(new EventHubOptions { QueueMessages = 100 });
        await using var server = TestServer.Start(async (request, _, _) => await hub.Subscribe(QubeId.Dom0).RunAsync(request.OpenStream()));
        using var never = await Client.ConnectAsync(server.Path);
        using var reader = await Client.ConnectAsync(server.Path);
        foreach (var client in new[] { never, reader })
        {
            await client.SendAsync(Frames.Of("admin.Events"));
            client.CloseSending();
        }

        Assert.Equal(Established, await reader.ReadUntilAsync("established\0\0"));
        while (hub.Subscribers < 2)
        {
            await Task.Delay(5, Client.Ct);
        }

        var value = new string('v', 10_000);
        var count = 0;
        while (hub.Subscribers == 2)
        {
            hub.Publish(Moment.None, [new Announcement(null, "", $"event-{count}", [new("k", value)])]);
            await reader.ReadUntilAsync($"event-{count++}\0k\0{value}\0\0");
        }

        hub.Publish(Moment.None, [System("last")]);
        await reader.ReadUntilAsync("1\0\0last\0\0");
        Assert.InRange(count, 100, 1000);
        reader.Dispose();
        await server.WhenIdleAsync();
    }

    private static Announcement System(string name) => new(null, "", name, []);

    private static Announcement About(QubeId qube, string name, string @event) => new(qube, name, @event, []);

    private static (FakeStream Stream, Task Run) Run(Subscriber subscriber)
    {
        var stream = new FakeStream();
        return (stream, subscriber.RunAsync(stream));
    }

    private EventHub Hub(EventHubOptions? options = null) => new(options ?? new EventHubOptions(), log);

    private sealed class FakeStream : IEventStreamConnection, IDisposable
    {
        private readonly CancellationTokenSource gone = new();
        private readonly StringBuilder sent = new();

        public CancellationToken Disconnected => gone.Token;

        internal bool IsStuck { get; init; }

        internal TaskCompletionSource Blocked { get; } = new();

        public async ValueTask SendAsync(ReadOnlyMemory<byte> messages, CancellationToken ct)
        {
            if (IsStuck)
            {
                Blocked.TrySetResult();
                await Task.Delay(Timeout.Infinite, ct);
            }

            lock (sent)
            {
                sent.Append(Encoding.ASCII.GetString(messages.Span));
            }
        }

        public void Dispose() => gone.Dispose();

        internal void HangUp() => gone.Cancel();

        internal async Task WhenAsync(string expected)
        {
            while (Sent().Length < expected.Length)
            {
                await Task.Delay(1, Client.Ct);
            }

            Assert.Equal(expected, Sent());
        }

        internal async Task WhenSentAsync(string end)
        {
            while (!EndsWith(end))
            {
                await Task.Yield();
            }
        }

        private bool EndsWith(string end)
        {
            lock (sent)
            {
                return sent.Length >= end.Length && sent.ToString(sent.Length - end.Length, end.Length) == end;
            }
        }

        private string Sent()
        {
            lock (sent)
            {
                return sent.ToString();
            }
        }
    }
}
