namespace Qubes.Cqrs.Domain;

/// <summary>How a client names a volume: by qube and name, or by pool and id.</summary>
/// <param name="Qube">The qube; null when it is named by its pool.</param>
/// <param name="Scope">The pool's name; empty when it is named by its qube.</param>
/// <param name="Name">The volume's name, or its id within the pool.</param>
public sealed record VolumeAddress(QubeId? Qube, string Scope, string Name)
{
    /// <summary>A volume of a qube.</summary>
    public static VolumeAddress OfQube(QubeId qube, string volume) => new(qube, "", volume);

    /// <summary>A volume in a pool.</summary>
    public static VolumeAddress InPool(string pool, string vid) => new(null, pool, vid);
}
