using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Events in a file, one JSON object a line as <c>log --json</c> writes them.</summary>
internal static class AddedEvents
{
    private const long LongestFile = 64 << 20;

    /// <summary>Reads them: <c>type</c> and <c>data</c>, and <c>position</c>, which an event is added after; everything else is passed over.</summary>
    /// <exception cref="HistoryException">The file cannot be read, or a line of it is no event; the text names the line.</exception>
    internal static async Task<IReadOnlyList<AddedEvent>> ReadAsync(string file, LogPosition head, EventSerializer serializer, CancellationToken ct)
    {
        string[] lines;
        try
        {
            lines = new FileInfo(file).Length <= LongestFile
                ? await File.ReadAllLinesAsync(file, ct).ConfigureAwait(false)
                : throw new HistoryException($"{file} is longer than {LongestFile} bytes");
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException($"{file} cannot be read: {reason.Message}");
        }

        List<AddedEvent> events = [];
        for (var number = 0; number < lines.Length; number++)
        {
            if (!string.IsNullOrWhiteSpace(lines[number]))
            {
                events.Add(Read(lines[number], $"{file}, line {number + 1}", head, serializer));
            }
        }

        return events;
    }

    private static AddedEvent Read(string line, string where, LogPosition head, EventSerializer serializer)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String ||
                !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
            {
                throw new HistoryException($"{where}: an object with the members type and data is expected");
            }

            var after = root.TryGetProperty("position", out var position)
                ? position.ValueKind == JsonValueKind.Number && position.TryGetInt64(out var place) ? place : -1
                : head.Value;
            return after >= 0 && after <= head.Value
                ? new AddedEvent(new LogPosition(after), serializer.Read(type.GetString()!, Encoding.UTF8.GetBytes(data.GetRawText()))) // a string, checked above
                : throw new HistoryException($"{where}: there is no such position; the log goes from 0 to {head}");
        }
        catch (JsonException reason)
        {
            throw new HistoryException($"{where}: {reason.Message}");
        }
    }
}
