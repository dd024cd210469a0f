namespace Qubes.Cqrs.Domain;

/// <summary>A device was assigned to a qube.</summary>
public sealed record DeviceAssigned(QubeId Qube, DeviceAssignment Assignment) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}

/// <summary>A device is no longer assigned to a qube.</summary>
public sealed record DeviceUnassigned(QubeId Qube, string Class, string Backend, string Port, string Device) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.OfQube(Qube);
}
