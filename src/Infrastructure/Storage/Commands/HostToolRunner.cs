using System.ComponentModel;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Runs the tools of this host: with an argument array, in the language of programs, with bounded time and output, through <c>sudo</c> when the daemon is not root.</summary>
/// <param name="paths">Where programs lie.</param>
/// <remarks>Source: spec, storage 7 (commands).</remarks>
public sealed class HostToolRunner(RootedPaths paths) : IToolRunner
{
    // A line of the list of thin volumes takes some 150 bytes: enough for 200,000 of them.
    private const int MostOutput = 32 << 20;
    private const string Sudo = "/usr/bin/sudo";

    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <inheritdoc/>
    public async ValueTask<ToolResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var program = Find(call.Program);
        var arguments = Posix.IsRoot ? call.Arguments : ["-n", "--", program, .. call.Arguments];
        var run = new ProgramCall(Posix.IsRoot ? program : paths.OnDisk(Sudo), arguments, call.Timeout)
        {
            Environment = [("LC_ALL", "C.UTF-8"), ("LVM_SUPPRESS_FD_WARNINGS", "1")],
            MostOutput = MostOutput,
        };
        try
        {
            var ended = await BoundedProcess.RunAsync(run, ct).ConfigureAwait(false);
            return Encoding.UTF8.GetByteCount(ended.Output) < MostOutput
                ? new ToolResult(ended.ExitCode, ended.Output, ended.Errors)
                : throw new IOException($"{call.Program} wrote too much");
        }
        catch (Exception failure) when (failure is Win32Exception or TimeoutException)
        {
            throw new IOException($"{call.Program}: {failure.Message}", failure);
        }
    }

    private string Find(string program) =>
        Folders.Select(folder => paths.OnDisk($"{folder}/{program}")).FirstOrDefault(File.Exists)
        ?? throw new StorageRefusedException($"There is no program {program} on this host");
}
