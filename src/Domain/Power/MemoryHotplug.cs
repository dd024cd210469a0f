namespace Qubes.Cqrs.Domain;

/// <summary>Whether a qube starts small and gets more memory while it runs, instead of giving back what it does not need.</summary>
/// <remarks>Source: spec, lifecycle.md 9, storage 9; recorded in 22-domxml (<c>v-hotplug*</c>, <c>v-grub-hotplug</c>, <c>h-hotplug-feature</c>).</remarks>
public static class MemoryHotplug
{
    private const string Feature = "memory-hotplug";

    /// <summary>Whether memory is added while the qube runs: the user's word counts first, then that of whoever made the kernel.</summary>
    public static bool IsUsed(World world, Qube qube)
    {
        if (FeatureLookup.WithTemplate(world, qube, Feature) is { } wanted)
        {
            return wanted.Length > 0;
        }

        var kernel = PropertyValues.Get(world, qube, "kernel")?.Text ?? "";
        return world.Host.Kernels.Any(installed => installed.Name == kernel && installed.SupportsMemoryHotplug) ||
            (QubeKernel.IsGuestsOwn(kernel) && FeatureLookup.WithTemplate(world, qube, "supported-feature." + Feature) is { Length: > 0 });
    }
}
