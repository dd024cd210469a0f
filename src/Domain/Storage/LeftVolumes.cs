namespace Qubes.Cqrs.Domain;

/// <summary>The volumes of a qube that was removed, to be removed as well.</summary>
/// <param name="Name">The name that the qube had.</param>
/// <param name="Volumes">The volumes.</param>
public sealed record LeftVolumes(string Name, EquatableArray<VolumeConfig> Volumes);
