using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>One recorded request with what came of it: every field that Transcripts/README.md describes.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TranscriptLine
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // The request.
    public required string Id { get; init; }
    public required string Method { get; init; }
    public string Arg { get; init; } = "";
    public string Src { get; init; } = "dom0";
    public string Dest { get; init; } = "dom0";
    public string DestType { get; init; } = "name";
    public string Payload { get; init; } = "";
    public byte[]? PayloadB64 { get; init; }
    public JsonElement? PayloadRep { get; init; }
    public byte[]? RawB64 { get; init; }
    public string? Note { get; init; }
    public string? Socket { get; init; }
    public string? Client { get; init; }

    // How it is sent.
    public Dictionary<string, string> Capture { get; init; } = [];
    public int SettleMs { get; init; }
    public int SleepMs { get; init; }
    public int StreamMs { get; init; }
    public bool NoEof { get; init; }
    public double? Timeout { get; init; }
    public string? Partial { get; init; }
    public int? Bytes { get; init; }
    public string? Finish { get; init; }

    // What is done before it.
    public Dictionary<string, JsonElement> Fs { get; init; } = [];
    public IReadOnlyList<string> QdbClear { get; init; } = [];
    public Dictionary<string, string> Qdb { get; init; } = [];
    public string? QdbVm { get; init; }
    public Dictionary<string, string[]> TapOpen { get; init; } = [];
    public IReadOnlyList<string> TapClose { get; init; } = [];

    // What was recorded.
    public required string Kind { get; init; }
    public byte[] ReplyB64 { get; init; } = [];
    public string? Reply { get; init; }
    public string? ExcType { get; init; }
    public string? ExcMsg { get; init; }
    public JsonElement Events { get; init; }
    public Dictionary<string, string> Captures { get; init; } = [];
    public Dictionary<string, JsonElement> Subscribers { get; init; } = [];
    public IReadOnlyList<string> SubscribersClosed { get; init; } = [];
    public IReadOnlyList<string> Qdbkeys { get; init; } = [];
    public Dictionary<string, string?> QdbkeysValues { get; init; } = [];
    public Dictionary<string, string> Filedump { get; init; } = [];
    public Dictionary<string, string?> FileText { get; init; } = [];
    public Dictionary<string, JsonElement> Files { get; init; } = [];
    public string? Domxml { get; init; }

    // Marks.
    public bool OwnWords { get; init; }
    public bool Unstable { get; init; }
    public string? UnstableWhy { get; init; }
    public bool Mended { get; init; }
    public bool AfterRefusal { get; init; }
    public string? TagsOrder { get; init; }
    public string? DomxmlVaries { get; init; }

    /// <summary>The events that the dom0 subscriber saw, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<WireEvent> RecordedEvents => ReadEvents(Events);

    /// <summary>The bytes of the reply; a written line may leave them out, its class and text or its readable reply say them.</summary>
    [JsonIgnore]
    public byte[] ExpectedReply =>
        ReplyB64.Length > 0 ? ReplyB64
        : ExcType is not null ? AdminRequest.Bytes($"2\0{ExcType}\0\0{ExcMsg}\0")
        : AdminRequest.Bytes((Reply ?? "").Replace("\\0", "\0", StringComparison.Ordinal));

    /// <summary>What a subscriber other than the usual one saw, in order.</summary>
    public IReadOnlyList<WireEvent> RecordedEventsOf(string subscriber) => ReadEvents(Subscribers[subscriber]);

    public static TranscriptLine Parse(string json) =>
        JsonSerializer.Deserialize<TranscriptLine>(json, Format) ?? throw new FormatException("A transcript line is null.");

    /// <summary>The bytes to send, with captured values put in for <c>${name}</c>.</summary>
    public byte[] ToRequest(IReadOnlyDictionary<string, string> captured)
    {
        if (RawB64 is not null)
            return RawB64;
        return new AdminRequest(Method)
        {
            Arg = Fill(Arg, captured),
            Source = OrDom0(Fill(Src, captured)),
            DestinationType = DestType,
            Destination = OrDom0(Fill(Dest, captured)),
            Payload = PayloadBytes(captured),
        }.ToBytes();
    }

    public override string ToString()
    {
        if (RawB64 is not null)
            return $"raw {Note}";
        var payload = Encoding.Latin1.GetString(PayloadBytes(ImmutableDictionary<string, string>.Empty));
        return $"{Method}{(Arg.Length == 0 ? "" : "+" + Readable.Text(Arg, 100))} {Src} → {Dest}, payload {Readable.Text(payload, 200)}";
    }

    // The recorder sent dom0 for an empty name.
    private static string OrDom0(string name) => name.Length == 0 ? "dom0" : name;

    private byte[] PayloadBytes(IReadOnlyDictionary<string, string> captured)
    {
        if (PayloadB64 is not null)
            return PayloadB64;
        if (PayloadRep is not { } repeated)
            return AdminRequest.Bytes(Fill(Payload, captured));
        var piece = AdminRequest.Bytes(repeated[0].GetString() ?? "");
        return [.. Enumerable.Repeat(piece, repeated[1].GetInt32()).SelectMany(bytes => bytes)];
    }

    private static string Fill(string text, IReadOnlyDictionary<string, string> captured)
    {
        foreach (var (name, value) in captured)
            text = text.Replace($"${{{name}}}", value, StringComparison.Ordinal);
        return text;
    }

    private static List<WireEvent> ReadEvents(JsonElement list)
    {
        var events = new List<WireEvent>();
        if (list.ValueKind != JsonValueKind.Array)
            return events;
        foreach (var entry in list.EnumerateArray())
        {
            var values = entry[2].EnumerateArray()
                .Select(pair => KeyValuePair.Create(pair[0].GetString() ?? "", pair[1].GetString() ?? ""))
                .ToList();
            events.Add(new WireEvent(entry[0].GetString() ?? "", entry[1].GetString() ?? "", values));
        }

        return events;
    }
}
