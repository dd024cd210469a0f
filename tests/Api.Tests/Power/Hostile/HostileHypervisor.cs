using System.Collections.Concurrent;
using System.Threading.Channels;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>A hypervisor that fails, hangs, dies between a call and its answer, and loses, doubles, delays and reorders its notices.</summary>
/// <remarks>What goes wrong depends on the seed, the domain, the call and how often that call was made for that domain: a seed reproduces.</remarks>
internal sealed class HostileHypervisor : IHypervisor
{
    private readonly IHypervisor inner;
    private readonly VirtualTime time;
    private readonly int seed;
    private readonly ConcurrentDictionary<(QubeId, string), int> counts = new();
    private readonly Lock gate = new();
    private readonly Dictionary<QubeId, int> running = [];
    private readonly Channel<DomainNotice> notices = Channel.CreateBounded<DomainNotice>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Task passing;

    internal HostileHypervisor(IHypervisor inner, int seed, VirtualTime time)
    {
        (this.inner, this.seed, this.time) = (inner, seed, time);
        passing = PassNoticesAsync();
    }

    /// <summary>From then on it does what it should.</summary>
    internal bool IsTame { get; set; }

    /// <summary>How many domains of one qube there were at most at one moment.</summary>
    internal int MostAtOnce { get; private set; }

    /// <summary>How often something went wrong.</summary>
    internal int Faults { get; private set; }

    public ChannelReader<DomainNotice> Notices => notices.Reader;

    public ValueTask<DomainStatus?> FindAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, "find", () => inner.FindAsync(qube, ct), ct);

    public ValueTask<IReadOnlyList<DomainStatus>> ListAsync(CancellationToken ct) => DoAsync(QubeId.Dom0, "list", () => inner.ListAsync(ct), ct);

    public ValueTask DefineAsync(string xml, CancellationToken ct) => DoAsync(QubeId.Dom0, "define", () => inner.DefineAsync(xml, ct), ct);

    public ValueTask<DomainStatus> CreatePausedAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, "create", () => ValueTask.FromResult(Create(qube)), ct);

    public ValueTask ResumeAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, "resume", () => inner.ResumeAsync(qube, ct), ct);

    public ValueTask PauseAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, "pause", () => inner.PauseAsync(qube, ct), ct);

    public ValueTask SuspendAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, "suspend", () => inner.SuspendAsync(qube, ct), ct);

    public ValueTask WakeUpAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, "wake", () => inner.WakeUpAsync(qube, ct), ct);

    public ValueTask ShutdownAsync(QubeId qube, string name, CancellationToken ct) => DoAsync(qube, "shutdown", () => GoneAsync(qube, () => inner.ShutdownAsync(qube, name, ct)), ct);

    public ValueTask DestroyAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, "destroy", () => GoneAsync(qube, () => inner.DestroyAsync(qube, ct)), ct);

    public ValueTask UndefineAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, "undefine", () => inner.UndefineAsync(qube, ct), ct);

    public ValueTask AttachAsync(QubeId qube, string xml, CancellationToken ct) => DoAsync(qube, "attach", () => inner.AttachAsync(qube, xml, ct), ct);

    public ValueTask DetachAsync(QubeId qube, string xml, CancellationToken ct) => DoAsync(qube, "detach", () => inner.DetachAsync(qube, xml, ct), ct);

    public ValueTask<string?> ConsoleAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, "console", () => inner.ConsoleAsync(qube, ct), ct);

    /// <summary>A domain goes by itself, or somebody else destroys it.</summary>
    internal async Task CrashAsync(QubeId qube)
    {
        try
        {
            await GoneAsync(qube, () => inner.DestroyAsync(qube, CancellationToken.None));
        }
        catch (HypervisorException)
        {
            // It was off.
        }
    }

    /// <summary>Somebody else starts a domain that was defined before.</summary>
    internal async Task StartByHandAsync(QubeId qube)
    {
        try
        {
            Create(qube);
            await inner.ResumeAsync(qube, CancellationToken.None);
        }
        catch (HypervisorException)
        {
            // It is not defined, or on.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await passing;
    }

    // The host answers at once, so the count is taken together with what it counts.
    private DomainStatus Create(QubeId qube)
    {
        lock (gate)
        {
            var domain = AtOnce(inner.CreatePausedAsync(qube, CancellationToken.None));
            running[qube] = running.GetValueOrDefault(qube) + 1;
            MostAtOnce = Math.Max(MostAtOnce, running[qube]);
            return domain;
        }
    }

    private ValueTask GoneAsync(QubeId qube, Func<ValueTask> call)
    {
        lock (gate)
        {
            AtOnce(Answered(call()));
            running[qube] = 0;
        }

        return ValueTask.CompletedTask;

        static async ValueTask<bool> Answered(ValueTask task)
        {
            await task;
            return true;
        }
    }

    private static T AtOnce<T>(ValueTask<T> call) =>
        call.IsCompleted ? call.GetAwaiter().GetResult() : throw new InvalidOperationException("the simulated host was slow");

    private async ValueTask DoAsync(QubeId qube, string name, Func<ValueTask> call, CancellationToken ct) => await DoAsync(qube, name, async () =>
    {
        await call();
        return true;
    }, ct);

    private async ValueTask<T> DoAsync<T>(QubeId qube, string name, Func<ValueTask<T>> call, CancellationToken ct)
    {
        var random = new Random(HashCode(seed, qube, name, counts.AddOrUpdate((qube, name), 1, static (_, count) => count + 1)));
        var fault = IsTame ? 99 : random.Next(20);
        Faults += fault < 7 ? 1 : 0;
        switch (fault)
        {
            case 0 or 1:
                throw new HypervisorException(HypervisorFault.Failed, "internal error: it failed");
            case 2:
                throw new HypervisorException(HypervisorFault.Unreachable, "the connection is lost");
            case 3 or 4: // it died between the call and its answer
                await call();
                throw new HypervisorException(HypervisorFault.Unreachable, "the answer is lost");
            case 5:
                await Task.Delay(TimeSpan.FromSeconds(3), time, ct);
                throw new HypervisorException(HypervisorFault.Unreachable, "it hung");
            case 6:
                await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 4)), time, ct);
                return await call();
            default:
                return await call();
        }
    }

    private async Task PassNoticesAsync()
    {
        var count = 0;
        await foreach (var notice in inner.Notices.ReadAllAsync())
        {
            var random = new Random(HashCode(seed, notice.Qube ?? QubeId.Dom0, "notice", count++));
            for (var copy = IsTame ? 1 : random.Next(3); copy > 0; copy--)
            {
                var delay = IsTame || random.Next(2) == 0 ? 0 : random.Next(4000);
                _ = Task.Run(async () => // a late one may come after the end
                {
                    await (delay > 0 ? Task.Delay(TimeSpan.FromMilliseconds(delay), time) : Task.CompletedTask);
                    notices.Writer.TryWrite(notice);
                });
            }
        }
    }

    private static int HashCode(int seed, QubeId qube, string name, int count) =>
        name.Aggregate(unchecked((seed * 31) + (BitConverter.ToInt32(qube.Value.ToByteArray()) * 17) + count), static (hash, character) => unchecked((hash * 31) + character));
}
