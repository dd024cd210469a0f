using System.Threading.Channels;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>A hypervisor that cannot send one domain to sleep.</summary>
internal sealed class Sleepless(IHypervisor inner, string name) : IHypervisor
{
    public ChannelReader<DomainNotice> Notices => inner.Notices;

    public ValueTask<DomainStatus?> FindAsync(QubeId qube, CancellationToken ct) => inner.FindAsync(qube, ct);

    public ValueTask<IReadOnlyList<DomainStatus>> ListAsync(CancellationToken ct) => inner.ListAsync(ct);

    public ValueTask DefineAsync(string xml, CancellationToken ct) => inner.DefineAsync(xml, ct);

    public ValueTask<DomainStatus> CreatePausedAsync(QubeId qube, CancellationToken ct) => inner.CreatePausedAsync(qube, ct);

    public ValueTask ResumeAsync(QubeId qube, CancellationToken ct) => inner.ResumeAsync(qube, ct);

    public ValueTask PauseAsync(QubeId qube, CancellationToken ct) => inner.PauseAsync(qube, ct);

    public async ValueTask SuspendAsync(QubeId qube, CancellationToken ct)
    {
        if ((await inner.FindAsync(qube, ct))?.Name == name)
        {
            throw new HypervisorException(HypervisorFault.Failed, "internal error: no");
        }

        await inner.SuspendAsync(qube, ct);
    }

    public ValueTask WakeUpAsync(QubeId qube, CancellationToken ct) => inner.WakeUpAsync(qube, ct);

    public ValueTask ShutdownAsync(QubeId qube, string shown, CancellationToken ct) => inner.ShutdownAsync(qube, shown, ct);

    public ValueTask DestroyAsync(QubeId qube, CancellationToken ct) => inner.DestroyAsync(qube, ct);

    public ValueTask UndefineAsync(QubeId qube, CancellationToken ct) => inner.UndefineAsync(qube, ct);

    public ValueTask AttachAsync(QubeId qube, string xml, CancellationToken ct) => inner.AttachAsync(qube, xml, ct);

    public ValueTask DetachAsync(QubeId qube, string xml, CancellationToken ct) => inner.DetachAsync(qube, xml, ct);

    public ValueTask<string?> ConsoleAsync(QubeId qube, CancellationToken ct) => inner.ConsoleAsync(qube, ct);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
