using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>What is seen of the host, when, and what the log keeps of it.</summary>
public sealed class HostTests
{
    private static readonly HostFacts Other = HostFacts.Unknown with { TimeZone = "Europe/Berlin", Kernels = [new HostKernel("6.6.1", true)] };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_another_thing_than_before_is_recorded_once()
    {
        await using var bench = new Bench();
        var observer = new HostObserver(new FakeHost { Facts = Other }, bench.Writer);
        var before = bench.Writer.Current;
        await observer.ObserveAsync(Call.OfDaemon(HostWatch.Verb), Ct);
        await observer.ObserveAsync(Call.OfDaemon(HostWatch.Verb), Ct);
        Assert.Equal(before.Position.Next, bench.Writer.Current.Position);
        Assert.Equal(Other, bench.Writer.Current.Host);

        // The fact in the log gives the same state again.
        Assert.Equal(bench.Writer.Current, Evolve.Apply(before, new HostObserved(Other), before.Position.Next));
    }

    [Fact]
    public async Task A_change_of_the_host_is_seen_though_nobody_asks()
    {
        await using var bench = new Bench();
        var seen = new TaskCompletionSource();
        var calls = 0;
        var host = new FakeHost();
        host.Observing = () =>
        {
            switch (++calls)
            {
                case 1: return host.Facts;
                case 2: throw new IOException("the folder is being changed");
                case 3: return Other;
                default:
                    seen.TrySetResult();
                    return Other;
            }
        };
        using var stop = new CancellationTokenSource();
        var failures = new List<Exception>();
        var watch = new HostWatch(new HostObserver(host, bench.Writer), TimeProvider.System, TimeSpan.FromMilliseconds(1), failures.Add).RunAsync(stop.Token);
        await seen.Task.WaitAsync(Ct);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
        Assert.Equal(Other, bench.Writer.Current.Host);
        Assert.IsType<IOException>(Assert.Single(failures));
    }

    [Theory]
    [InlineData("kernel", true)]
    [InlineData("default_kernel", true)]
    [InlineData("memory", false)]
    public async Task A_kernel_is_looked_for_when_it_is_chosen(string property, bool looks)
    {
        await using var bench = new Bench();
        var behavior = new HostBehavior(new HostObserver(new FakeHost { Facts = Other }, bench.Writer));
        var command = new SetProperty(Bench.Work, property, ReadOnlyMemory<byte>.Empty);
        await behavior.HandleAsync(command, Bench.Call("admin.vm.property.Set", property), () => ValueTask.FromResult(LogPosition.Start), Ct);
        Assert.Equal(looks, bench.Writer.Current.Host == Other);
    }

    [Fact]
    public void Figures_are_measured_again_when_they_are_old()
    {
        var (host, time) = (new FakeHost(), new StandingClock());
        var gauge = new HostGauge(host, time);
        Assert.Equal(1, gauge.Read().Figures.Dom0CpuTimeNs);
        time.Pass(TimeSpan.FromMilliseconds(250));
        Assert.Equal(1, gauge.Read().Figures.Dom0CpuTimeNs);
        time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, gauge.Read().Figures.Dom0CpuTimeNs);
        Assert.Equal(2, host.Measured);
    }
}
