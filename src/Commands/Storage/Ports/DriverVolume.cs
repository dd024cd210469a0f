using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>A volume as its driver sees it.</summary>
/// <param name="Pool">The pool that holds it.</param>
/// <param name="Vid">Its id within the pool, made by the rules of the domain: an id of another form is refused by the driver.</param>
/// <param name="Config">Its configuration.</param>
public sealed record DriverVolume(Pool Pool, string Vid, VolumeConfig Config)
{
    /// <summary>The volume of the same pool that a snapshot starts from; null for every other volume.</summary>
    public DriverVolume? Source { get; init; }

    /// <summary>The id.</summary>
    public override string ToString() => Vid;
}
