using System.Collections.Concurrent;
using System.Globalization;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The qrexec programs of a simulated host: every agent answers at once and every service succeeds with empty output, unless it is described otherwise.</summary>
/// <param name="description">How its guests behave.</param>
public sealed class SimulatedQrexec(HostDescription description) : IQrexec
{
    private const int NoAgent = 3;

    private readonly ConcurrentDictionary<string, int> daemons = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask StartDaemonAsync(QrexecDaemon daemon, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var exit = daemon.Timeout is null ? 0 : description.Guests.FirstOrDefault(guest => guest.Fits(daemon.Name))?.QrexecDaemonExitCode ?? 0;
        if (exit == NoAgent)
        {
            throw new QubeErrorException(string.Create(CultureInfo.InvariantCulture,
                $"Cannot connect to qrexec agent for {daemon.Timeout!.Value.TotalSeconds} seconds, see /var/log/xen/console/guest-{daemon.Name}.log for details")); // with an agent
        }

        if (exit != 0)
        {
            throw new QubeErrorException("qrexec-daemon startup failed: ");
        }

        daemons[daemon.Name] = daemon.Xid;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public bool IsRunning(string name) => daemons.ContainsKey(name);

    /// <inheritdoc/>
    public ValueTask<QrexecResult> RunAsync(QrexecCall call, CancellationToken ct) => ValueTask.FromResult(new QrexecResult(0, "", ""));
}
