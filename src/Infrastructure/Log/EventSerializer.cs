using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Turns events into the JSON of the log and back.</summary>
/// <remarks>Format: docs/event-log.md. Safe to use from several threads.</remarks>
public sealed class EventSerializer : IEventPayloads
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonSerializerOptions Options = CreateOptions();

    // Filled when first asked for: most programs meet few of the types, and each costs a millisecond.
    private readonly ConcurrentDictionary<string, JsonTypeInfo?> byAlias = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, JsonTypeInfo> byType = new();
    private readonly FrozenDictionary<string, IUpcaster> upcasters;

    /// <summary>Knows every event of the catalog, and older aliases through <paramref name="upcasters"/>.</summary>
    public EventSerializer(params IEnumerable<IUpcaster> upcasters)
    {
        this.upcasters = upcasters.ToFrozenDictionary(upcaster => upcaster.Alias, StringComparer.Ordinal);
        foreach (var upcaster in this.upcasters.Values)
        {
            EnsureEnds(upcaster);
        }
    }

    /// <summary>Knows every event of the catalog.</summary>
    public static EventSerializer Default { get; } = new();

    /// <summary>Writes an event's payload as UTF-8 JSON.</summary>
    public void Write(DomainEvent @event, IBufferWriter<byte> output)
    {
        using var writer = CreateWriter(output);
        Write(@event, writer);
    }

    /// <summary>Reads the payload that was stored under <paramref name="alias"/>.</summary>
    /// <exception cref="JsonException">The alias is not known, or the payload does not fit it.</exception>
    public DomainEvent Read(string alias, ReadOnlySpan<byte> payload)
    {
        if (byAlias.GetOrAdd(alias, static alias => EventCatalog.Find(alias) is { } known ? TypeInfo(known.ClrType) : null) is { } info)
        {
            return (DomainEvent?)JsonSerializer.Deserialize(payload, info) ?? throw new JsonException("the payload is null");
        }

        if (!upcasters.TryGetValue(alias, out var upcaster))
        {
            throw new JsonException("this version does not know the alias");
        }

        var node = JsonNode.Parse(payload) as JsonObject ?? throw new JsonException("the payload is no object");
        return Read(upcaster.NewAlias, JsonSerializer.SerializeToUtf8Bytes(upcaster.Upcast(node), NodeJson.Default.JsonObject));
    }

    /// <summary>A writer for payloads, to be reset and used again.</summary>
    internal static Utf8JsonWriter CreateWriter(IBufferWriter<byte> output) => new(output, WriterOptions);

    internal void Write(DomainEvent @event, Utf8JsonWriter writer)
    {
        JsonSerializer.Serialize(writer, @event, byType.GetOrAdd(@event.GetType(), TypeInfo));
        writer.Flush();
    }

    private static JsonTypeInfo TypeInfo(Type type) => Options.GetTypeInfo(type);

    /// <summary>The generated code, less what is derived from other members: the stream has a column, a run's phase says whether it is active.</summary>
    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(EventJson.Default.Options) { TypeInfoResolver = EventJson.Default.WithAddedModifier(DropDerived) };
        options.MakeReadOnly();
        return options;
    }

    private static void DropDerived(JsonTypeInfo info)
    {
        string[] derived = info.Type.IsSubclassOf(typeof(DomainEvent)) ? [nameof(DomainEvent.Stream)]
            : info.Type == typeof(Run) ? [nameof(Run.IsActive), nameof(Run.IsPaused)]
            : info.Type == typeof(VolumeChange) ? [nameof(VolumeChange.BringsData)]
            : info.Type == typeof(VolumeState) ? [nameof(VolumeState.Incoming)]
            : [];
        foreach (var member in info.Properties.Where(member => derived.Contains(member.Name)).ToList())
        {
            info.Properties.Remove(member);
        }
    }

    private void EnsureEnds(IUpcaster first)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var step = first; step is not null; step = upcasters.GetValueOrDefault(step.NewAlias))
        {
            if (EventCatalog.Find(step.Alias) is not null || !seen.Add(step.Alias))
            {
                throw new ArgumentException($"the upcaster of {first.Alias} leads to no event of the catalog");
            }

            if (EventCatalog.Find(step.NewAlias) is not null)
            {
                return;
            }
        }

        throw new ArgumentException($"the upcaster of {first.Alias} leads to no event of the catalog");
    }
}
