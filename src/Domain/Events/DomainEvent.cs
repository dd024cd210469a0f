using System.Text.Json.Serialization;

namespace Qubes.Cqrs.Domain;

/// <summary>A fact in the log. Each is a flat, top-level record; its alias stands in <see cref="EventCatalog"/>.</summary>
public abstract record DomainEvent
{
    /// <summary>The stream that the event belongs to.</summary>
    [JsonIgnore]
    public abstract StreamName Stream { get; }
}
