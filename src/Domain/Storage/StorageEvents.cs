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
