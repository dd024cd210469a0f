namespace Qubes.Cqrs.Domain;

/// <summary>A qube that is to be shut down.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Force">Whether the caller accepts that others lose their network.</param>
public sealed record Shutdown(Qube Qube, bool Force)
{
    /// <summary>The other running qubes for which something holds, in the order of the API.</summary>
    public IEnumerable<Qube> Others(World world, Func<Qube, bool> holds) =>
        PowerStates.ActiveQubes(world).Where(other => other.Id != Qube.Id && holds(other));
}
