using System.Numerics;

namespace Qubes.Cqrs.Domain;

/// <summary>How much memory a qube may grow to when nobody said so.</summary>
/// <remarks>Source: spec, properties.yaml, maxmem.</remarks>
public static class MemoryDefaults
{
    private const int UsualMaximumMiB = 4000;

    /// <summary>The default of <c>maxmem</c> in MiB: 0 where memory cannot be balanced.</summary>
    public static PropertyValue MaxMem(World world, Qube qube)
    {
        if (!IsBalancingPossible(world, qube))
        {
            return PropertyValue.Of(BigInteger.Zero);
        }

        if (Templates.Of(world, qube) is { } template && PropertyValues.Get(world, template, "maxmem") is { } inherited)
        {
            return inherited;
        }

        var limit = FeatureLookup.WithTemplate(world, qube, "os") == "Linux"
            ? (PropertyValues.Get(world, qube, "memory")?.AsInteger() ?? 0) * 10
            : UsualMaximumMiB;
        return PropertyValue.Of(BigInteger.Min(limit, world.Host.MemoryMiB / 2));
    }

    /// <summary>Whether the host's balancer can move memory to and from the qube.</summary>
    public static bool IsBalancingPossible(World world, Qube qube)
    {
        if (world.Host.Hypervisor != "xen" || qube.Devices.Any(device => device.Class == "pci"))
        {
            return false;
        }

        if (PropertyValues.Get(world, qube, "virt_mode")?.Text != "hvm")
        {
            return true;
        }

        return !string.IsNullOrEmpty(FeatureLookup.WithTemplate(world, qube, "qrexec")) && SupportsMeminfoWriter(world, qube);
    }

    private static bool SupportsMeminfoWriter(World world, Qube qube) =>
        !AdvertisesServices(world, qube) || !string.IsNullOrEmpty(FeatureLookup.WithTemplate(world, qube, "supported-service.meminfo-writer"));

    private static bool AdvertisesServices(World world, Qube qube)
    {
        for (var next = qube; next is not null; next = Templates.Of(world, next))
        {
            if (next.Features.Keys.Any(feature => feature.StartsWith("supported-service.", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }
}
