using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The rows of one commit, in lists that are filled anew for each.</summary>
internal sealed class EventBatch(EventSerializer serializer)
{
    private readonly ArrayBufferWriter<byte> json = new();
    private readonly CanonicalWriter scratch = new();
    private readonly Dictionary<string, int> streamIndex = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, (EventType Type, string ClrType, string Retention)> types = [];
    private readonly byte[] digest = new byte[ChainHash.Length];
    private Utf8JsonWriter? payloadWriter;
    private Utf8JsonWriter? namesWriter;

    // One element for each stream.
    public readonly List<string> Streams = [];
    public readonly List<string> StreamTypes = [];
    public readonly List<long> VersionsBefore = [];
    public readonly List<long> VersionsAfter = [];
    public readonly List<DateTime> StreamTimes = [];

    // One element for each event.
    public readonly List<long> Positions = [];
    public readonly List<Guid> Ids = [];
    public readonly List<string> EventStreams = [];
    public readonly List<long> EventVersions = [];
    public readonly List<byte[]> Payloads = [];
    public readonly List<string> Types = [];
    public readonly List<DateTime> Times = [];
    public readonly List<string> ClrTypes = [];
    public readonly List<string> CorrelationIds = [];
    public readonly List<string?> CausationIds = [];
    public readonly List<byte[]> Headers = [];
    public readonly List<string> Users = [];

    /// <summary>The end of the log when the batch is in it.</summary>
    public LogHead Head { get; private set; }

    /// <summary>The hashes of the events, one behind the other.</summary>
    public byte[] Hashes { get; private set; } = [];

    /// <summary>The events as they will stand in the log.</summary>
    public ImmutableArray<RecordedEvent> Recorded { get; private set; } = [];

    /// <summary>Fills the batch with events that follow <paramref name="head"/>.</summary>
    /// <param name="events">The events.</param>
    /// <param name="head">The end of the log.</param>
    /// <param name="versions">Where each stream stands.</param>
    public void Fill(ImmutableArray<PendingEvent> events, LogHead head, IReadOnlyDictionary<string, long> versions)
    {
        Clear();
        var recorded = ImmutableArray.CreateBuilder<RecordedEvent>(events.Length);
        var salts = RandomNumberGenerator.GetBytes(ChainHash.SaltLength * events.Length);
        var hash = head.Hash.ToArray();
        Hashes = new byte[ChainHash.Length * events.Length];
        var position = head.Position;
        var microseconds = head.Microseconds;
        for (var index = 0; index < events.Length; index++)
        {
            var pending = events[index];
            position++;
            microseconds = Math.Max(LogTime.ToMicroseconds(pending.Time), microseconds);
            var time = LogTime.ToTime(microseconds);
            var stream = pending.Event.Stream;
            var version = Touch(stream, time, versions);
            var salt = salts.AsSpan(index * ChainHash.SaltLength, ChainHash.SaltLength);
            recorded.Add(Add(pending, position, microseconds, time, stream, version, salt, hash));
            hash.CopyTo(Hashes, index * ChainHash.Length);
        }

        Head = new LogHead(position, hash, microseconds);
        Recorded = recorded.MoveToImmutable();
    }

    private RecordedEvent Add(
        PendingEvent pending, long position, long microseconds, DateTimeOffset time, StreamName stream, long version, ReadOnlySpan<byte> salt, byte[] hash)
    {
        var (type, clrType, retention) = TypeOf(pending.Event);
        var metadata = pending.Metadata;
        var id = Guid.CreateVersion7(time);
        var columns = new NameColumns(
            StoredText.Escape(metadata.CorrelationId),
            metadata.CausationId is { } causation ? StoredText.Escape(causation) : null,
            StoredText.Escape(metadata.Source));
        var payload = WritePayload(pending.Event);
        var names = WriteNames(metadata);
        ChainHash.ComputeDigest(scratch, salt, payload, columns, names, digest);
        var frame = new ChainFrame(position, id, stream.Value, version, microseconds, type.Alias, clrType, retention, ChainHash.Schema);
        ChainHash.ComputeHash(scratch, hash, frame, digest, hash);

        Positions.Add(position);
        Ids.Add(id);
        EventStreams.Add(stream.Value);
        EventVersions.Add(version);
        Payloads.Add(payload);
        Types.Add(type.Alias);
        Times.Add(time.UtcDateTime);
        ClrTypes.Add(clrType);
        CorrelationIds.Add(columns.CorrelationId ?? "");
        CausationIds.Add(columns.CausationId);
        Headers.Add(WithChain(names, salt, hash, type.Retention));
        Users.Add(columns.UserName ?? "");
        return new RecordedEvent(
            new LogPosition(position), id, stream, new StreamVersion(version), time, type.Alias, pending.Event, metadata);
    }

    private void Clear()
    {
        streamIndex.Clear();
        Streams.Clear();
        StreamTypes.Clear();
        VersionsBefore.Clear();
        VersionsAfter.Clear();
        StreamTimes.Clear();
        Positions.Clear();
        Ids.Clear();
        EventStreams.Clear();
        EventVersions.Clear();
        Payloads.Clear();
        Types.Clear();
        Times.Clear();
        ClrTypes.Clear();
        CorrelationIds.Clear();
        CausationIds.Clear();
        Headers.Clear();
        Users.Clear();
    }

    private long Touch(StreamName stream, DateTimeOffset time, IReadOnlyDictionary<string, long> versions)
    {
        if (streamIndex.TryGetValue(stream.Value, out var index))
        {
            StreamTimes[index] = time.UtcDateTime;
            return ++VersionsAfter[index];
        }

        var before = versions.TryGetValue(stream.Value, out var known) ? known : 0;
        streamIndex.Add(stream.Value, Streams.Count);
        Streams.Add(stream.Value);
        StreamTypes.Add(stream.Kind);
        VersionsBefore.Add(before);
        VersionsAfter.Add(before + 1);
        StreamTimes.Add(time.UtcDateTime);
        return before + 1;
    }

    private (EventType Type, string ClrType, string Retention) TypeOf(DomainEvent @event)
    {
        var clr = @event.GetType();
        if (!types.TryGetValue(clr, out var known))
        {
            var type = EventCatalog.Of(@event);
            known = (type, $"{clr.FullName}, {clr.Assembly.GetName().Name}", type.Retention.ToString());
            types.Add(clr, known);
        }

        return known;
    }

    private byte[] WritePayload(DomainEvent @event)
    {
        json.ResetWrittenCount();
        payloadWriter ??= EventSerializer.CreateWriter(json);
        payloadWriter.Reset();
        serializer.Write(@event, payloadWriter);
        return json.WrittenSpan.ToArray();
    }

    private ReadOnlySpan<byte> WriteNames(EventMetadata metadata)
    {
        json.ResetWrittenCount();
        namesWriter ??= EventSerializer.CreateWriter(json);
        namesWriter.Reset();
        JsonSerializer.Serialize(namesWriter, EventHeaders.Of(metadata), HeadersJson.Default.EventHeaders);
        namesWriter.Flush();
        return json.WrittenSpan;
    }

    /// <summary>The headers: the names, which were written last, without their closing brace, and the members of the chain.</summary>
    private byte[] WithChain(ReadOnlySpan<byte> names, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> hash, Retention retention)
    {
        var chain = new ArrayBufferWriter<byte>(names.Length + 256);
        chain.Write(names[..^1]);
        ChainHeaders.Append(chain, isFirst: names.Length == 2, salt, digest, hash, retention);
        return chain.WrittenSpan.ToArray();
    }
}
