using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What a start knows beyond the world.</summary>
public sealed record DomainXmlFacts
{
    /// <summary>Nothing.</summary>
    public static readonly DomainXmlFacts None = new();

    /// <summary>The devices under which storage handed out the volumes, by volume name; any other has the path that its pool gives it.</summary>
    /// <remarks>Needed where the path is known only once the volume is started: the mappings of the driver <c>file</c>, and callback pools.</remarks>
    public SmallMap<string> VolumeDevices { get; init; } = SmallMap<string>.Empty;
}
