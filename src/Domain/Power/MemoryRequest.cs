using System.Numerics;

namespace Qubes.Cqrs.Domain;

/// <summary>The memory that must be free before a domain is created.</summary>
/// <remarks>Source: spec, lifecycle.md 7.</remarks>
public static class MemoryRequest
{
    private const long MiB = 1L << 20;
    private const long FixedOverhead = 4 * MiB;
    private const long OverheadPerProcessor = 3 * MiB / 2;
    private const long OverheadPerMiB = 8192;
    private const int LinuxStubdomMiB = 128;
    private const int SmallStubdomMiB = 28;
    private const int StubdomOverheadMiB = 16;

    /// <summary>The amount in bytes.</summary>
    /// <exception cref="NotEnoughMemoryException">It is more than can be counted.</exception>
    public static long Bytes(World world, Qube qube)
    {
        var memory = Number(world, qube, "memory") ?? 0;
        var mode = PropertyValues.Get(world, qube, "virt_mode")?.Text;
        var bytes = memory * MiB + FixedOverhead + (Number(world, qube, "vcpus") ?? 0) * OverheadPerProcessor;
        if (mode == "hvm")
        {
            bytes += (StubdomMiB(world, qube) + StubdomOverheadMiB) * MiB;
        }

        if (mode != "pv")
        {
            var most = Number(world, qube, "maxmem") is { IsZero: false } maximum ? maximum : memory;
            bytes += most * OverheadPerMiB;
        }

        return bytes <= long.MaxValue ? (long)bytes : throw new NotEnoughMemoryException(qube.Name);
    }

    private static BigInteger StubdomMiB(World world, Qube qube) => Number(world, qube, "stubdom_mem") ??
        (DeviceModel.IsLinux(world, qube) ? LinuxStubdomMiB : SmallStubdomMiB);

    private static BigInteger? Number(World world, Qube qube, string property) => PropertyValues.Get(world, qube, property)?.AsInteger();
}
