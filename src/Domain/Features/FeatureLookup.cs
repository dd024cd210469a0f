namespace Qubes.Cqrs.Domain;

/// <summary>Finds a feature's value on the qube itself, then along one of four ways; null when it is nowhere.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.feature.CheckWith*. Chains that lead back to themselves end.</remarks>
public static class FeatureLookup
{
    /// <summary>The qube, its template, that one's template, and so on.</summary>
    public static string? WithTemplate(World world, Qube qube, string feature) => Follow(qube, feature, next => Templates.Of(world, next));

    /// <summary>The qube, then along its network.</summary>
    public static string? WithNetVm(World world, Qube qube, string feature) => Follow(qube, feature, next => NetworkValues.NetVm(world, next));

    /// <summary>The qube, then dom0.</summary>
    public static string? WithAdminVm(World world, Qube qube, string feature) =>
        qube.Features.Find(feature) ?? world.Dom0.Features.Find(feature);

    /// <summary>The qube, its templates, then dom0.</summary>
    public static string? WithTemplateAndAdminVm(World world, Qube qube, string feature) =>
        WithTemplate(world, qube, feature) ?? world.Dom0.Features.Find(feature);

    private static string? Follow(Qube start, string feature, Func<Qube, Qube?> next)
    {
        HashSet<QubeId>? seen = null;
        for (var qube = start; qube is not null; qube = next(qube))
        {
            if (qube.Features.Find(feature) is { } value)
            {
                return value;
            }

            seen ??= [];
            if (!seen.Add(qube.Id))
            {
                return null;
            }
        }

        return null;
    }
}
