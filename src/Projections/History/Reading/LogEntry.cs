using System.Buffers;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>An event as <c>qubes-history log</c> shows it to a person.</summary>
/// <param name="Position">Its place in the log; of an event that the log does not hold, that of the one that it followed.</param>
/// <param name="EphemeralNumber">Its number in the journal of disposables; null for what the log holds.</param>
/// <param name="Time">When it was decided.</param>
/// <param name="Type">Its alias.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Summary">What it says, in a few words.</param>
/// <param name="Metadata">Who caused it; null when it was erased. What a reader of lines does not need is left out.</param>
public sealed record LogEntry(LogPosition Position, long? EphemeralNumber, DateTimeOffset Time, string Type, string Subject, string Summary, EventMetadata? Metadata)
{
    /// <summary>What is shown of an event; <paramref name="nameOf"/> finds the name of a qube.</summary>
    public static LogEntry Of(RecordedEvent recorded, Func<QubeId, string> nameOf) => new(
        recorded.Position, recorded.EphemeralNumber, recorded.Time, recorded.Type, EventText.Subject(recorded, nameOf), EventText.Summary(recorded, nameOf), recorded.Metadata);

    /// <summary>Writes it as a line with a JSON object; an event that the log does not hold has no such form.</summary>
    public void WriteLine(IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            Write(json);
        }

        output.Write("\n"u8);
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("position", Position.Value);
        json.WriteString("time", Time);
        json.WriteString("type", Type);
        json.WriteString("subject", Subject);
        json.WriteString("summary", Summary);
        if (Metadata is { } metadata)
        {
            json.WriteString("correlation", metadata.CorrelationId);
            json.WriteString("source", metadata.Source);
            json.WriteString("method", metadata.Method);
            json.WriteString("arg", metadata.Argument);
            json.WriteString("dest", metadata.Destination);
            if (metadata.Peer is { } peer)
            {
                json.WriteNumber("uid", peer.UserId);
                json.WriteNumber("pid", peer.ProcessId);
                json.WriteString("command", peer.Command);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="WriteLine"/> wrote; members that are not known are passed over.</summary>
    /// <exception cref="JsonException">It is no such object.</exception>
    public static LogEntry Read(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        var read = default(Members);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("expected an object");
        }

        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                read.Take(ref reader);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new JsonException("a member of an entry is not of its form", e);
        }

        return read.ToEntry();
    }

    /// <summary>The members as they are met.</summary>
    private struct Members
    {
        private long position;
        private DateTimeOffset time;
        private string? type;
        private string? subject;
        private string? summary;
        private string? correlation;
        private string? source;
        private string? method;
        private string? argument;
        private string? destination;
        private string? command;
        private int userId;
        private int processId;

        internal void Take(ref Utf8JsonReader reader)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "position": position = reader.GetInt64(); break;
                case "time": time = reader.GetDateTimeOffset(); break;
                case "type": type = reader.GetString(); break;
                case "subject": subject = reader.GetString(); break;
                case "summary": summary = reader.GetString(); break;
                case "correlation": correlation = reader.GetString(); break;
                case "source": source = reader.GetString(); break;
                case "method": method = reader.GetString(); break;
                case "arg": argument = reader.GetString(); break;
                case "dest": destination = reader.GetString(); break;
                case "command": command = reader.GetString(); break;
                case "uid": userId = reader.GetInt32(); break;
                case "pid": processId = reader.GetInt32(); break;
                default: reader.Skip(); break;
            }
        }

        internal readonly LogEntry ToEntry()
        {
            var metadata = correlation is null ? null : new EventMetadata(correlation, null, source ?? "")
            {
                Method = method ?? "",
                Argument = argument ?? "",
                Destination = destination ?? "",
                Peer = command is null ? null : new Peer(userId, processId, command),
            };
            return new LogEntry(new LogPosition(position), null, time, type ?? throw new JsonException("an entry has a type"), subject ?? "", summary ?? "", metadata);
        }
    }
}
