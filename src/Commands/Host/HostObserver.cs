using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Looks at the host and records what is another thing than before.</summary>
public sealed class HostObserver(IHost host, Writer writer)
{
    /// <summary>Looks now; what was found is in force when this returns. Without a log nothing is recorded.</summary>
    /// <exception cref="RefusedException">Nothing can be recorded now.</exception>
    public async ValueTask ObserveAsync(Call call, CancellationToken ct)
    {
        if (writer.Refusal is null && host.Observe() with { BlockDevices = writer.Current.Host.BlockDevices } is var facts && facts != writer.Current.Host)
        {
            await writer.WriteAsync(draft => new ObserveHostHandler().Handle(draft, new ObserveHost(facts)), call, ct).ConfigureAwait(false);
        }
    }
}
