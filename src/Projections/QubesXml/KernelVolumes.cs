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

    /// <summary>A disposable, its template and that one's template; more cannot follow one another.</summary>
    private const int LongestChain = 8;

    /// <summary>Whether a volume's id is the name of a kernel.</summary>
    public static bool Has(World world, VolumeConfig volume) => volume.Name == Name && world.FindPool(volume.Pool)?.Driver == Driver;

    /// <summary>The kernel in force: the qube's own, else its template's, else the global one, else empty.</summary>
    public static string Vid(World world, Qube qube)
    {
        var current = qube;
        for (var steps = 0; steps < LongestChain && current is not null; steps++)
        {
            if (current.Properties.Find("kernel") is { } kernel)
            {
                return kernel.Text ?? "";
            }

            current = world.Find(current.Properties.Find("template")?.AsQube());
        }

        return world.Properties.Find("default_kernel")?.Text ?? "";
    }
}
