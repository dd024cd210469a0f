using System.Text.Json.Serialization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The names in an event's headers: what is erased together with its payload.</summary>
/// <remarks>The members of the chain (<see cref="ChainHeaders"/>) stand in the same JSON object.</remarks>
internal sealed record EventHeaders
{
    /// <summary>The called method.</summary>
    public string? Method { get; init; }

    /// <summary>Its argument, unless empty.</summary>
    public string? Argument { get; init; }

    /// <summary>Its destination, unless empty.</summary>
    public string? Destination { get; init; }

    /// <summary>The process on the socket.</summary>
    public Peer? Peer { get; init; }

    /// <summary>What clients were told, when it is not derived.</summary>
    public EquatableArray<Announcement>? Announced { get; init; }

    /// <summary>The headers that hold an event's metadata.</summary>
    public static EventHeaders Of(EventMetadata metadata) => new()
    {
        Method = metadata.Method,
        Argument = metadata.Argument.Length == 0 ? null : metadata.Argument,
        Destination = metadata.Destination.Length == 0 ? null : metadata.Destination,
        Peer = metadata.Peer,
        Announced = metadata.Announced,
    };
}

/// <summary>The generated JSON code of the headers.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(StoredTextConverter)])]
[JsonSerializable(typeof(EventHeaders))]
[JsonSerializable(typeof(Announcement[]))]
[JsonSerializable(typeof(AnnouncementArgument[]))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<Announcement>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<AnnouncementArgument>))]
internal sealed partial class HeadersJson : JsonSerializerContext;
