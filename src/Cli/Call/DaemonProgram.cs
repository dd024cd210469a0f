using System.ComponentModel;
using System.Diagnostics;

namespace Qubes.Cqrs.Cli;

/// <summary>The daemon's executable, which does what this one may not: answer as the API does.</summary>
internal static class DaemonProgram
{
    private const string Name = "qubesd";

    /// <summary>Runs it with our own input, output and errors; returns its exit code.</summary>
    /// <exception cref="HistoryException">There is none, or it cannot be run.</exception>
    internal static async Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken ct)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Find(), arguments) { UseShellExecute = false })
                ?? throw new HistoryException($"{Name} cannot be run");
            await process.WaitForExitAsync(ct).ConfigureAwait(false);
            return process.ExitCode;
        }
        catch (Win32Exception reason)
        {
            throw new HistoryException($"{Name} cannot be run: {reason.Message}");
        }
    }

    /// <summary>The one beside this program, else the first on the path.</summary>
    private static string Find()
    {
        string[] folders = [AppContext.BaseDirectory, .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(Path.IsPathRooted)];
        return folders.Select(folder => Path.Combine(folder, Name)).FirstOrDefault(File.Exists)
            ?? throw new HistoryException($"there is no {Name} beside qubes-history or on the PATH; it is the one that knows how the API answers");
    }
}
