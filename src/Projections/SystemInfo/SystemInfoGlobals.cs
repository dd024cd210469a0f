using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The global values that entries of qubes fall back to.</summary>
internal readonly record struct SystemInfoGlobals(PropertyValue? DefaultDispVm, PropertyValue? DefaultGuiVm)
{
    internal SystemInfoGlobals(World world)
        : this(PropertyValues.Get(world, null, "default_dispvm"), PropertyValues.Get(world, null, "default_guivm"))
    {
    }
}
