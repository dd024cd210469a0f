namespace Qubes.Cqrs.Domain;

/// <summary>The host's facts were found to be these.</summary>
public sealed record HostObserved(HostFacts Facts) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.Host;
}
