using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The program that serves a qube's database.</summary>
/// <param name="paths">Where it lies.</param>
/// <param name="timeout">How long it may take until it is ready.</param>
/// <remarks>Source: spec, qubesdb.md 8; lifecycle.md 3, step 18.</remarks>
internal sealed class QubesDbDaemon(RootedPaths paths, TimeSpan timeout)
{
    private const string Program = "/usr/sbin/qubesdb-daemon";
    private const string Refusal = "Cannot execute qubesdb-daemon";

    /// <summary>Starts it for a domain; returns when it says that it is ready.</summary>
    /// <exception cref="RefusedException">It cannot be run, or fails.</exception>
    internal async Task StartAsync(string name, int xid, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        Process? process = null;
        try
        {
            process = Process.Start(Invocation(name, xid)) ?? throw new RefusedException(Refusal);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw new RefusedException(Refusal);
            }
        }
        catch (Win32Exception)
        {
            throw new RefusedException(Refusal);
        }
        catch (OperationCanceledException)
        {
            process?.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            throw new RefusedException(Refusal);
        }
        finally
        {
            process?.Dispose();
        }
    }

    /// <summary>Whether it runs for a domain: its process, as it noted it down, was started with the domain's number.</summary>
    internal bool IsRunning(string name, int xid)
    {
        try
        {
            var noted = File.ReadAllText(paths.OnDisk($"/run/qubes/qubesdb.{name}.pid")).Trim();
            if (!int.TryParse(noted, NumberStyles.None, CultureInfo.InvariantCulture, out var process))
            {
                return false;
            }

            var arguments = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cmdline")).Split('\0');
            return arguments.Contains(xid.ToString(CultureInfo.InvariantCulture)) && arguments.Contains(name);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Its output is ours: it forks, and would keep a pipe open for ever.
    private ProcessStartInfo Invocation(string name, int xid)
    {
        string[] daemon = [paths.OnDisk(Program), xid.ToString(CultureInfo.InvariantCulture), name];
        var user = Posix.IsRoot ? QubesGroup.FirstMember(paths) : null;
        string[] command = user is null ? daemon : ["/usr/sbin/runuser", "-u", user, "--", .. daemon];
        var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, WorkingDirectory = "/" };
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        info.Environment["LC_ALL"] = "C";
        return info;
    }
}
