using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The programs of qrexec on this host.</summary>
/// <param name="paths">Where programs and sockets lie.</param>
/// <remarks>Source: spec, lifecycle.md 2 and 8.</remarks>
public sealed class QrexecPrograms(RootedPaths paths) : IQrexec
{
    private const string Daemon = "/usr/sbin/qrexec-daemon";
    private const string Client = "/usr/bin/qrexec-client";
    private const string Folder = "/var/run/qubes";
    private const int AgentIsSilent = 3;

    /// <summary>How much longer than its agent's time a daemon may take to start.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async ValueTask StartDaemonAsync(QrexecDaemon daemon, CancellationToken ct)
    {
        if (await RunsForAsync(daemon, ct).ConfigureAwait(false))
        {
            return;
        }

        var ended = await StartAsync(CommandFor(daemon), ct).ConfigureAwait(false);
        if (ended.ExitCode == AgentIsSilent && daemon.Timeout is { } silence)
        {
            throw new QubeErrorException(
                $"Cannot connect to qrexec agent for {Seconds(silence)} seconds, see /var/log/xen/console/guest-{daemon.Name}.log for details");
        }

        if (ended.ExitCode != 0)
        {
            throw Failure(ended.Errors);
        }
    }

    /// <inheritdoc/>
    public bool IsRunning(string name)
    {
        // A link that leads nowhere is what a daemon left that was killed.
        var path = SocketOf(name);
        return File.Exists(new FileInfo(path).LinkTarget is { } target ? Path.Combine(paths.OnDisk(Folder), target) : path);
    }

    /// <inheritdoc/>
    public async ValueTask<QrexecResult> RunAsync(QrexecCall call, CancellationToken ct)
    {
        // The terminals' control characters are filtered: what a qube writes may end up in front of somebody.
        string[] arguments = ["-d", Word(call.Name), "-w", Seconds(call.Timeout), "-t", "-T", $"{Word(call.User)}:QUBESRPC {Word(call.Service)} dom0"];
        try
        {
            var program = new ProgramCall(paths.OnDisk(Client), arguments, call.Timeout) { Input = call.Input };
            var ended = await BoundedProcess.RunAsync(program, ct).ConfigureAwait(false);
            return new QrexecResult(ended.ExitCode, ended.Output, ended.Errors);
        }
        catch (Exception missing) when (missing is IOException or Win32Exception)
        {
            throw new QubeErrorException($"Domain '{call.Name}': qrexec-client cannot be run: {missing.Message}");
        }
    }

    private static QubeErrorException Failure(string why) => new($"qrexec-daemon startup failed: {why}");

    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    // Each is a part of a line that qrexec takes apart at its blanks, or an argument that must not look like an option.
    private static string Word(string text) => text is [not '-', ..] && text.All(character => character is > ' ' and <= '~')
        ? text
        : throw new ArgumentException($"not a word that qrexec takes: '{text}'", nameof(text));

    private string SocketOf(string name) => paths.OnDisk(Folder + "/qrexec." + Word(name).Replace('/', '_'));

    private ProgramCall CommandFor(QrexecDaemon daemon)
    {
        string[] quiet = daemon.Quiet ? ["-q"] : [];
        string[] arguments =
        [
            .. quiet, "-u", daemon.Uuid.ToString(), "--", daemon.Xid.ToString(CultureInfo.InvariantCulture), Word(daemon.Name), Word(daemon.User),
        ];
        var call = new ProgramCall(paths.OnDisk(Daemon), arguments, (daemon.Timeout ?? TimeSpan.Zero) + Grace)
        {
            Environment = [daemon.Timeout is { } time ? ("QREXEC_STARTUP_TIMEOUT", Seconds(time)) : ("QREXEC_STARTUP_NOWAIT", "1")],
            LeavesDaemon = true,
        };
        return SystemdScope.Wrap(call, paths);
    }

    private static async Task<ProgramResult> StartAsync(ProgramCall call, CancellationToken ct)
    {
        try
        {
            return await BoundedProcess.RunAsync(call, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or Win32Exception or TimeoutException)
        {
            throw Failure(failure.Message);
        }
    }

    /// <summary>Whether a daemon listens for this very domain: its socket is named by the domain's number, and a link gives it the name.</summary>
    private async Task<bool> RunsForAsync(QrexecDaemon daemon, CancellationToken ct)
    {
        var path = SocketOf(daemon.Name);
        if (new FileInfo(path).LinkTarget is { } target &&
            Path.GetFileName(target) != string.Create(CultureInfo.InvariantCulture, $"qrexec.{daemon.Xid}"))
        {
            return false;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
