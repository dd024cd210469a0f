using System.Diagnostics;
using System.Globalization;

namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>What the kernel says about a running process.</summary>
public static class ProcessFacts
{
    /// <summary>Processor time used so far, in user and kernel mode.</summary>
    /// <exception cref="BenchmarkException">The process is gone.</exception>
    public static TimeSpan CpuTime(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.TotalProcessorTime;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            throw new BenchmarkException($"Process {processId} ended while it was measured.");
        }
    }

    /// <summary>Resident memory (VmRSS), in MiB.</summary>
    public static double ResidentMib(int processId) => Status(processId, "VmRSS:") / 1024.0;

    /// <summary>The effective user that a process runs as.</summary>
    public static uint User(int processId)
    {
        var fields = Line(processId, "Uid:").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return uint.Parse(fields[1], CultureInfo.InvariantCulture);
    }

    /// <summary>True while the process exists and has not ended.</summary>
    public static bool IsAlive(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The file that the process executes; null if it is gone.</summary>
    public static string? Executable(int processId)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{processId}/exe", returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Waits until the process is gone; false if it still runs when the patience ends.</summary>
    public static async Task<bool> WaitForEndAsync(int processId, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        while (IsAlive(processId))
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
                return false;
            await Task.Delay(20, CancellationToken.None);
        }
        return true;
    }

    /// <summary>Waits until a process has stopped working off what a round left behind (files to write, memory to sweep).</summary>
    /// <remarks>It is taken to be quiet when two looks 50 ms apart find at most one clock tick; after 1.5 s we go on anyway.</remarks>
    public static async Task WaitForQuietAsync(int processId, CancellationToken ct)
    {
        var before = CpuTime(processId);
        for (var looks = 0; looks < 30; looks++)
        {
            await Task.Delay(50, ct);
            var now = CpuTime(processId);
            if ((now - before).TotalMilliseconds <= 10)
                return;
            before = now;
        }
    }

    private static long Status(int processId, string label) =>
        long.Parse(Line(processId, label).Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);

    private static string Line(int processId, string label) =>
        File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal))?[label.Length..]
            ?? throw new BenchmarkException($"/proc/{processId}/status has no {label}");
}
