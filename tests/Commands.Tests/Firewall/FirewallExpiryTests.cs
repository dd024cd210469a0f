using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections.Tests;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>When firewall rules end, on a clock that starts at second 0.</summary>
public sealed class FirewallExpiryTests : IAsyncLifetime
{
    private static readonly QubeId Work = Bench.Work;
    private static readonly FirewallRule Drop = new() { Action = FirewallAction.Drop };

    private readonly ManualTime time = new();
    private readonly Channel<QubeId> sent = Channel.CreateUnbounded<QubeId>();
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly FirewallExpiry expiry;
    private World world = Evolve.Apply(World.Empty, new QubeAdded(Work, "work", QubeClass.StandaloneVM, 1, [], [], [], []));
    private DomainException? refusal;
    private Task loop = Task.CompletedTask;

    public FirewallExpiryTests() => expiry = new FirewallExpiry(() => world, SendAsync, time, NullLogger<FirewallExpiry>.Instance);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    [Fact]
    public async Task Each_rule_is_removed_when_its_time_comes()
    {
        Set(20, 50);
        loop = expiry.RunAsync(stop.Token);
        await time.AdvanceAsync(TimeSpan.FromSeconds(19));
        Assert.False(sent.Reader.TryRead(out _));
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(Work, await SentAsync());
        Assert.Single(world.Qube(Work).Firewall!.Value);
        await time.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Work, await SentAsync());
        Assert.Empty(world.Qube(Work).Firewall!.Value);
    }

    [Fact]
    public async Task What_ended_while_nobody_ran_is_removed_at_the_start()
    {
        time.Set(TimeSpan.FromHours(1));
        Set(20);
        loop = expiry.RunAsync(stop.Token);
        Assert.Equal(Work, await SentAsync());
    }

    [Fact]
    public async Task A_rule_that_ends_sooner_than_the_others_is_not_late()
    {
        Set(50);
        loop = expiry.RunAsync(stop.Token);
        await time.SleeperAsync();
        Set(50, 5);
        expiry.Committed([new RecordedEvent(default, default, default, default, default, "", new FirewallSet(Work, world.Qube(Work).Firewall), null)]);
        await time.SleeperAsync(within: TimeSpan.FromSeconds(5));
        await time.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(Work, await SentAsync());
    }

    [Fact]
    public async Task A_clock_that_is_set_is_noticed_within_a_minute()
    {
        Set(1_000_000);
        loop = expiry.RunAsync(stop.Token);
        await time.SleeperAsync();
        await time.AdvanceAsync(TimeSpan.FromSeconds(60));
        await time.SleeperAsync();
        time.Set(TimeSpan.FromSeconds(1_000_000));
        await time.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(Work, await SentAsync());
    }

    [Fact]
    public async Task A_removal_that_is_refused_is_tried_again()
    {
        refusal = new RefusedException("no log");
        Set(0);
        loop = expiry.RunAsync(stop.Token);
        Assert.Equal(Work, await SentAsync());
        await time.SleeperAsync();
        refusal = null;
        await time.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(Work, await SentAsync());
        Assert.Empty(world.Qube(Work).Firewall!.Value);
    }

    private void Set(params long[] times) => world = Evolve.Apply(world, new FirewallSet(Work, times
        .Select(time => Drop with { Expire = time.ToString(System.Globalization.CultureInfo.InvariantCulture) }).ToEquatableArray()));

    private Task<QubeId> SentAsync() => sent.Reader.ReadAsync(stop.Token).AsTask();

    private Task SendAsync(ExpireFirewall command, CancellationToken ct)
    {
        if (refusal is null)
        {
            world = Evolve.Apply(world, new FirewallExpired(command.Qube, time.GetUtcNow().ToUnixTimeSeconds()));
        }

        sent.Writer.TryWrite(command.Qube);
        return refusal is null ? Task.CompletedTask : Task.FromException(refusal);
    }
}
