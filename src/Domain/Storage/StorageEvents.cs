namespace Qubes.Cqrs.Domain;

/// <summary>A storage pool was registered.</summary>
public sealed record PoolAdded(string Name, string Driver, EquatableArray<NamedText> Config) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfPool(Name);
}

/// <summary>A storage pool's settings were replaced.</summary>
/// <param name="Name">The pool.</param>
/// <param name="Config">Every saved attribute, in the order of the store.</param>
public sealed record PoolConfigured(string Name, EquatableArray<NamedText> Config) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfPool(Name);
}

/// <summary>A storage pool is no longer registered; its data stays.</summary>
public sealed record PoolRemoved(string Name) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfPool(Name);
}

/// <summary>A volume's configuration was replaced, or the volume came to be.</summary>
public sealed record VolumeConfigured(QubeId Qube, VolumeConfig Volume) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>The volumes of a qube are there: what its creation asked for, or what was found.</summary>
public sealed record VolumesCreated(QubeId Qube) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>The volumes of a qube that was removed are gone.</summary>
public sealed record VolumesRemoved(QubeId Qube) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>A qube was removed, its volumes not yet: states what <see cref="QubeRemoved"/> left.</summary>
/// <param name="Qube">The qube that was.</param>
/// <param name="Name">Its name.</param>
/// <param name="Volumes">What is to be removed.</param>
public sealed record VolumesLeft(QubeId Qube, string Name, EquatableArray<VolumeConfig> Volumes) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>A volume is to hold something else.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Volume">The volume's name.</param>
/// <param name="Change">What was asked for; it takes the place of one that was asked for before.</param>
public sealed record VolumeChangeRequested(QubeId Qube, string Volume, VolumeChange Change) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>A change of a volume came a step further.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Volume">The volume's name.</param>
/// <param name="Change">The change's id.</param>
/// <param name="Phase">How far it is now.</param>
public sealed record VolumeChangeAdvanced(QubeId Qube, string Volume, string Change, VolumeChangePhase Phase) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>A volume holds something else now.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Volume">The volume's name.</param>
/// <param name="Change">The change's id.</param>
/// <param name="AtMicroseconds">When, in microseconds since 1970.</param>
public sealed record VolumeChanged(QubeId Qube, string Volume, string Change, long AtMicroseconds) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>A change of a volume was given up; it holds what it held before.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Volume">The volume's name.</param>
/// <param name="Change">The change's id.</param>
/// <param name="Reason">Why, as clients are told.</param>
public sealed record VolumeChangeFailed(QubeId Qube, string Volume, string Change, string Reason) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>What is known of a volume's data was found to be otherwise, or is stated.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Volume">The volume's name.</param>
/// <param name="Is">What is known now.</param>
public sealed record VolumeObserved(QubeId Qube, string Volume, VolumeState Is) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}
