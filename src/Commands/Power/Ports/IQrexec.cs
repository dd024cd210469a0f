using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The existing qrexec programs.</summary>
/// <remarks>Source: spec, lifecycle.md 8.</remarks>
public interface IQrexec
{
    /// <summary>Starts the daemon that connects to a domain's agent, and waits until it is connected; nothing happens when it runs for this domain.</summary>
    /// <exception cref="QubeErrorException">It could not be started, or the agent did not answer; with the original's text.</exception>
    ValueTask StartDaemonAsync(QrexecDaemon daemon, CancellationToken ct);

    /// <summary>Whether the daemon of a domain runs.</summary>
    bool IsRunning(string name);

    /// <summary>Runs a service in a domain.</summary>
    /// <param name="call">Which.</param>
    /// <param name="ct">Ends the waiting and the service.</param>
    /// <returns>Its exit code and what it wrote, at most 64 KiB of each.</returns>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    ValueTask<QrexecResult> RunAsync(QrexecCall call, CancellationToken ct);
}

/// <summary>A qrexec daemon to start.</summary>
/// <param name="Name">The domain's name; of a stubdomain <c>NAME-dm</c>.</param>
/// <param name="Uuid">The domain's UUID.</param>
/// <param name="Xid">The domain's number.</param>
/// <param name="User">The user of services that name none.</param>
/// <param name="Quiet">Whether it says little.</param>
/// <param name="Timeout">How long the agent may take; null when nobody waits for it.</param>
public sealed record QrexecDaemon(string Name, QubeId Uuid, int Xid, string User, bool Quiet, TimeSpan? Timeout);

/// <summary>A service to run.</summary>
/// <param name="Name">The domain's name.</param>
/// <param name="User">As which user.</param>
/// <param name="Service">The service with its argument, such as <c>qubes.WaitForSession</c>.</param>
/// <param name="Timeout">How long it may take.</param>
public sealed record QrexecCall(string Name, string User, string Service, TimeSpan Timeout)
{
    /// <summary>What the service reads.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }
}

/// <summary>How a service ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Errors">What it wrote to its error output.</param>
public sealed record QrexecResult(int ExitCode, string Output, string Errors);
