using System.Threading.Channels;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Lets the daemon die before or after a call that changes something in the hypervisor: the crash tests' seam.</summary>
/// <param name="inner">The hypervisor.</param>
/// <param name="faults">When to die.</param>
public sealed class KillingHypervisor(IHypervisor inner, KillingFaultPoints faults) : IHypervisor
{
    private long calls;

    /// <inheritdoc/>
    public ChannelReader<DomainNotice> Notices => inner.Notices;

    /// <inheritdoc/>
    public ValueTask<DomainStatus?> FindAsync(QubeId qube, CancellationToken ct) => inner.FindAsync(qube, ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DomainStatus>> ListAsync(CancellationToken ct) => inner.ListAsync(ct);

    /// <inheritdoc/>
    public ValueTask DefineAsync(string xml, CancellationToken ct) => DoAsync(() => inner.DefineAsync(xml, ct));

    /// <inheritdoc/>
    public async ValueTask<DomainStatus> CreatePausedAsync(QubeId qube, CancellationToken ct)
    {
        var call = Interlocked.Increment(ref calls);
        faults.BeforeCall(call);
        var domain = await inner.CreatePausedAsync(qube, ct).ConfigureAwait(false);
        faults.AfterCall(call);
        return domain;
    }

    /// <inheritdoc/>
    public ValueTask ResumeAsync(QubeId qube, CancellationToken ct) => DoAsync(() => inner.ResumeAsync(qube, ct));

    /// <inheritdoc/>
    public ValueTask PauseAsync(QubeId qube, CancellationToken ct) => DoAsync(() => inner.PauseAsync(qube, ct));

    /// <inheritdoc/>
    public ValueTask SuspendAsync(QubeId qube, CancellationToken ct) => DoAsync(() => inner.SuspendAsync(qube, ct));

    /// <inheritdoc/>
    public ValueTask WakeUpAsync(QubeId qube, CancellationToken ct) => DoAsync(() => inner.WakeUpAsync(qube, ct));

    /// <inheritdoc/>
    public ValueTask ShutdownAsync(QubeId qube, string name, CancellationToken ct) => DoAsync(() => inner.ShutdownAsync(qube, name, ct));

    /// <inheritdoc/>
    public ValueTask DestroyAsync(QubeId qube, CancellationToken ct) => DoAsync(() => inner.DestroyAsync(qube, ct));

    /// <inheritdoc/>
    public ValueTask UndefineAsync(QubeId qube, CancellationToken ct) => DoAsync(() => inner.UndefineAsync(qube, ct));

    /// <inheritdoc/>
    public ValueTask AttachAsync(QubeId qube, string xml, CancellationToken ct) => DoAsync(() => inner.AttachAsync(qube, xml, ct));

    /// <inheritdoc/>
    public ValueTask DetachAsync(QubeId qube, string xml, CancellationToken ct) => DoAsync(() => inner.DetachAsync(qube, xml, ct));

    /// <inheritdoc/>
    public ValueTask<string?> ConsoleAsync(QubeId qube, CancellationToken ct) => inner.ConsoleAsync(qube, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask DoAsync(Func<ValueTask> effect)
    {
        var call = Interlocked.Increment(ref calls);
        faults.BeforeCall(call);
        await effect().ConfigureAwait(false);
        faults.AfterCall(call);
    }
}
