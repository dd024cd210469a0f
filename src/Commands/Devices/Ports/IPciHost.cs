using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The PCI devices of the host, as far as they are passed on to qubes.</summary>
/// <remarks>Source: spec, devices 5.</remarks>
public interface IPciHost
{
    /// <summary>Takes a device from dom0's drivers, so that it can be passed on; nothing happens when that was done.</summary>
    /// <param name="address">Its address, <c>0000:02:00.0</c>.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="RefusedException"><c>PCI device ADDRESS does not exist</c>, or it cannot be taken.</exception>
    ValueTask BindAsync(string address, CancellationToken ct);

    /// <summary>The slot at which a domain sees a device, <c>05.0</c>; null when it sees none.</summary>
    /// <param name="xid">The domain's number.</param>
    /// <param name="address">The device's address on the host.</param>
    /// <param name="ct">Ends the waiting.</param>
    ValueTask<string?> FindSlotAsync(int xid, string address, CancellationToken ct);
}
