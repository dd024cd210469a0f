using System.Globalization;
using System.Text;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>Events as CSV (RFC 4180): a header, CRLF, quotes around what needs them.</summary>
/// <remarks>What a spreadsheet would take for a formula begins with an apostrophe: qubes chose much of what stands here.</remarks>
internal static class CsvFormat
{
    private static readonly string[] Columns =
        ["position", "time", "type", "stream", "version", "subject", "source", "method", "argument", "destination", "uid", "pid", "command", "correlation", "causation", "summary", "data"];

    /// <summary>The first line.</summary>
    internal static string Header => Line(Columns);

    /// <summary>The line of an event.</summary>
    internal static string Line(ExportedEvent exported, EventSerializer serializer)
    {
        var (recorded, subject, summary) = exported;
        var metadata = recorded.Metadata;
        return Line(
        [
            Number(recorded.Position.Value), recorded.Time.ToString("O", CultureInfo.InvariantCulture), recorded.Type, recorded.Stream.Value,
            Number(recorded.Version.Value), Safe(subject), Safe(metadata?.Source), Safe(metadata?.Method), Safe(metadata?.Argument), Safe(metadata?.Destination),
            metadata?.Peer is { } peer ? Number(peer.UserId) : "", metadata?.Peer is { } same ? Number(same.ProcessId) : "", Safe(metadata?.Peer?.Command),
            Safe(metadata?.CorrelationId), Safe(metadata?.CausationId), Safe(summary), Data(recorded, serializer),
        ]);
    }

    /// <summary>A value that no spreadsheet calculates and no terminal obeys.</summary>
    internal static string Safe(string? value) => Terminal.Printable(value ?? "") is var shown && shown is ['=' or '+' or '-' or '@', ..] ? "'" + shown : shown;

    private static string Data(Domain.RecordedEvent recorded, EventSerializer serializer)
    {
        if (recorded.Event is null)
        {
            return "";
        }

        var data = new System.Buffers.ArrayBufferWriter<byte>();
        serializer.Write(recorded.Event, data);
        return Encoding.UTF8.GetString(data.WrittenSpan);
    }

    private static string Line(IEnumerable<string> values) => string.Join(',', values.Select(Quote)) + "\r\n";

    private static string Quote(string value) =>
        value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : '"' + value.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
