using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Calls services of the qube that shows windows: dom0's own behind their sockets, those of another through qrexec.</summary>
/// <param name="paths">Where the sockets of dom0's own services lie.</param>
/// <param name="qrexec">Reaches the services of other qubes.</param>
internal sealed class GuiService(RootedPaths paths, IQrexec qrexec)
{
    /// <summary>The most that is read of what dom0's services answer, and one byte more; who asked cuts what came from elsewhere.</summary>
    internal const int MostBytes = 256;

    private const string User = "DEFAULT";

    /// <summary>Calls a service and waits for its answer.</summary>
    /// <param name="guiVm">The qube's name.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="caller">What dom0's service is told behind its name: the argument with its plus, if any, and who calls what.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="patience">How long it may take in another qube; dom0's may take until <paramref name="ct"/>.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>What it answered; dom0's has no exit code and counts as one that succeeded.</returns>
    /// <exception cref="IOException">Dom0's does not run, or hung up.</exception>
    /// <exception cref="QubeErrorException">The qube cannot be reached.</exception>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    internal async Task<QrexecResult> CallAsync(
        string guiVm, string service, string caller, byte[] input, TimeSpan patience, CancellationToken ct) => guiVm == "dom0"
            ? new QrexecResult(0, await Dom0Service.CallAsync(paths.OnDisk("/etc/qubes-rpc/" + service), service + caller, input, MostBytes, ct).ConfigureAwait(false), "")
            : await qrexec.RunAsync(new QrexecCall(guiVm, User, service, patience) { Input = input }, ct).ConfigureAwait(false);
}
