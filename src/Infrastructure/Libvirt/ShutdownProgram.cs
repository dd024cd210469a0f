using System.ComponentModel;
using System.Globalization;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The program that asks a guest to shut itself down: <c>xl</c> on Xen, <c>virsh</c> elsewhere.</summary>
/// <remarks>Source: spec, lifecycle.md 5.</remarks>
internal sealed class ShutdownProgram(LibvirtOptions options)
{
    private const string Xl = "/usr/sbin/xl";
    private const string Virsh = "/usr/bin/virsh";

    /// <summary>Asks.</summary>
    /// <exception cref="HypervisorException">The program is missing, refused, or did not end in time.</exception>
    public async ValueTask RunAsync(string name, CancellationToken ct)
    {
        if (name is not [not '-', ..])
        {
            throw new HypervisorException(HypervisorFault.Failed, $"a domain cannot be called '{name}'");
        }

        var program = CommandFor(name);
        try
        {
            var ended = await BoundedProcess.RunAsync(program, ct).ConfigureAwait(false);
            if (ended.ExitCode != 0)
            {
                throw new HypervisorException(
                    HypervisorFault.Failed,
                    string.Create(CultureInfo.InvariantCulture, $"{program.Path} ended with {ended.ExitCode}: {ended.Errors.Trim()}"));
            }
        }
        catch (TimeoutException late)
        {
            throw new HypervisorException(HypervisorFault.Unreachable, late.Message);
        }
        catch (Exception missing) when (missing is Win32Exception or IOException)
        {
            throw new HypervisorException(HypervisorFault.Failed, missing.Message);
        }
    }

    private ProgramCall CommandFor(string name) => options.Uri.Split(':', '+')[0] == "xen"
        ? new ProgramCall(options.Programs.OnDisk(Xl), ["shutdown", "-F", name], options.ShutdownTimeout)
        : new ProgramCall(options.Programs.OnDisk(Virsh), ["-c", options.Uri, "shutdown", name], options.ShutdownTimeout);
}
