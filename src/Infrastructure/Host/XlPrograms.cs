using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Xen's own program, where libvirt does not tell: <c>xl</c>, with an argument array and bounded time and output.</summary>
/// <param name="paths">Where it lies.</param>
public sealed class XlPrograms(RootedPaths paths)
{
    private const string Program = "/usr/sbin/xl";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Runs it and gives what it wrote.</summary>
    /// <exception cref="HypervisorException">It cannot be run, failed, or took too long.</exception>
    public async ValueTask<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        try
        {
            var ended = await BoundedProcess.RunAsync(new ProgramCall(paths.OnDisk(Program), arguments, Bound), ct).ConfigureAwait(false);
            return ended.ExitCode == 0 ? ended.Output : throw new HypervisorException(HypervisorFault.Failed, $"xl failed: {ended.Errors}");
        }
        catch (Exception failure) when (failure is IOException or System.ComponentModel.Win32Exception or TimeoutException)
        {
            throw new HypervisorException(HypervisorFault.Failed, $"xl failed: {failure.Message}");
        }
    }
}
