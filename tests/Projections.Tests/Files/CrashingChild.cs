using System.Diagnostics;
using System.Runtime.CompilerServices;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>A process of its own that is killed while it replaces a file: what was written to the temporary file, nothing was renamed.</summary>
internal static class CrashingChild
{
    private const string Variable = "QUBES_TEST_CRASH_WHILE_REPLACING";

    /// <summary>Runs the child to its end.</summary>
    public static async Task<int> RunAsync(string path, CancellationToken ct)
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(CrashingChild).Assembly.GetName().Name!); // the test assembly has a name
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Variable] = path;
        using var child = Process.Start(start) ?? throw new InvalidOperationException(program);
        await child.WaitForExitAsync(ct);
        return child.ExitCode;
    }

    /// <summary>Before anything else of the test program runs.</summary>
    [ModuleInitializer]
    internal static void CrashWhenTold()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } path)
        {
            AtomicFile.ReplaceAsync(path, WriteAndDie, AtomicFileOptions.Default, CancellationToken.None).GetAwaiter().GetResult();
            Environment.Exit(0);
        }
    }

    /// <summary>All on the one thread that runs the module's initialiser: another one would wait for it.</summary>
    private static Task WriteAndDie(Stream stream, CancellationToken ct)
    {
        stream.Write("new and whole"u8);
        stream.Flush();
        Process.GetCurrentProcess().Kill();
        return Task.Delay(Timeout.Infinite, ct);
    }
}
