using System.Globalization;
using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Benchmarks.Reports;

/// <summary>Where the figures were measured, and how busy the machine was in the minute before.</summary>
public sealed record Machine(
    DateTimeOffset Time, string Processor, int Cores, string Kernel, string Runtime, string FileSystem, double LoadAverage)
{
    /// <summary>Looks at the machine.</summary>
    /// <param name="clock">Tells when it was.</param>
    /// <param name="fileSystem">The kind of file system that the logs lie on.</param>
    public static Machine Look(TimeProvider clock, string fileSystem)
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return new(
            clock.GetUtcNow(), model?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString(), Environment.ProcessorCount,
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), RuntimeInformation.FrameworkDescription, fileSystem,
            double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture));
    }
}
