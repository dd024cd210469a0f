using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The id of a qube's kernel volume, which follows its property <c>kernel</c>.</summary>
/// <remarks>Source: spec, storage 3.</remarks>
public static class KernelVolumes
{
    /// <summary>The volume that holds the kernel.</summary>
    public const string Name = "kernel";

    /// <summary>The driver whose volumes are kernels.</summary>
    public const string Driver = "linux-kernel";

    /// <summary>Whether a volume's id is the name of a kernel.</summary>
    public static bool Has(World world, VolumeConfig volume) => volume.Name == Name && world.FindPool(volume.Pool)?.Driver == Driver;

    /// <summary>The kernel in force, empty when none can be told.</summary>
    public static string Vid(World world, Qube qube) => PropertyValues.Get(world, qube, "kernel")?.Text ?? "";
}
