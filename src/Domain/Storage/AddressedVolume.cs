namespace Qubes.Cqrs.Domain;

/// <summary>A volume that was found, with what belongs to it.</summary>
/// <param name="Qube">The qube that it belongs to; null for an installed kernel, which belongs to none.</param>
/// <param name="Volume">Its configuration.</param>
/// <param name="Pool">The pool that holds it.</param>
/// <param name="Vid">Its id within the pool.</param>
public sealed record AddressedVolume(Qube? Qube, VolumeConfig Volume, Pool Pool, string Vid)
{
    /// <summary>Whether it is an installed kernel.</summary>
    public bool IsKernel => Pool.Driver == PoolDrivers.LinuxKernel;

    /// <summary>Whether it is encrypted with a throw-away key, by its own setting or by its pool's.</summary>
    public bool IsEphemeral => Volume.Ephemeral ??
        (this is { IsKernel: false, Volume: { Rw: true, SnapOnStart: false, SaveOnStop: false } } && Pool.Find(PoolDrivers.Ephemeral) == "True");
}
