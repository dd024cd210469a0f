using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Events as lines for people: those of one request below it, nothing wider than the page.</summary>
/// <remarks>Written by hand: what lays out whole tables must have seen their last row first, and takes longer to load than the first page may take.</remarks>
internal sealed class EventLines(Pager page)
{
    private const string Bold = "\u001b[1m";
    private const string Dim = "\u001b[2m";
    private const string Plain = "\u001b[0m";
    private const int PositionWidth = 8;
    private const int SubjectWidth = 12;
    private const int TypeWidth = 16;
    private LogEntry? before;

    /// <summary>Writes the next event.</summary>
    internal void Write(LogEntry entry)
    {
        if (before is null || !IsSameRequest(before, entry))
        {
            if (before is not null)
            {
                page.Output.WriteLine();
            }

            WriteRequest(entry);
        }

        WriteEvent(entry);
        before = entry;
    }

    /// <summary>Through which call an event came, on one line.</summary>
    internal static string Call(EventMetadata metadata)
    {
        var argument = metadata.Argument.Length == 0 ? "" : "+" + metadata.Argument;
        var destination = metadata.Destination.Length == 0 ? "" : " to " + metadata.Destination;
        return PrintableText.Of($"{metadata.Method}{argument}{destination}");
    }

    /// <summary>Which process it was.</summary>
    internal static string Process(EventMetadata metadata) => metadata.Peer is { } peer
        ? PrintableText.Of(FormattableString.Invariant($"{peer.Command} (process {peer.ProcessId}, user {peer.UserId})"))
        : "";

    private static bool IsSameRequest(LogEntry one, LogEntry other) =>
        one.Metadata is null || other.Metadata is null
            ? one.Metadata == other.Metadata
            : one.Metadata.CorrelationId == other.Metadata.CorrelationId && one.Metadata.Method == other.Metadata.Method;

    private void WriteRequest(LogEntry entry)
    {
        var time = entry.Time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var who = entry.Metadata is not { } metadata ? "(erased)"
            : $"{PrintableText.Of(metadata.Source)}: {Call(metadata)}{(Process(metadata) is { Length: > 0 } process ? ", by " + process : "")}";
        WriteWrapped($"{time}  ", $"{time}  {who}", Bold);
    }

    private void WriteEvent(LogEntry entry)
    {
        var position = entry.EphemeralNumber is { } number ? "e-" + number.ToString(CultureInfo.InvariantCulture) : entry.Position.ToString();
        var subject = PrintableText.Of(entry.Subject);
        var start = $"{position,PositionWidth}  {subject,-SubjectWidth}  {entry.Type,-TypeWidth}  ";
        WriteWrapped(start, start + PrintableText.Of(entry.Summary), "");
    }

    /// <summary>Writes a line, and what does not fit into it indented below.</summary>
    private void WriteWrapped(string start, string text, string style)
    {
        var indent = Math.Min(start.Length, page.Width / 2);
        var rest = text.TrimEnd();
        for (var isFirst = true; rest.Length > 0; isFirst = false)
        {
            var room = isFirst ? page.Width : page.Width - indent;
            var end = Break(rest, room, isFirst ? Math.Min(start.Length, room - 1) : 1);
            var line = rest[..end].TrimEnd();
            page.Output.Write(isFirst ? "" : new string(' ', indent));
            page.Output.WriteLine(page.HasColours && (style.Length > 0 || !isFirst) ? $"{(style.Length > 0 ? style : Dim)}{line}{Plain}" : line);
            rest = rest[end..].TrimStart();
        }
    }

    /// <summary>Where a line ends: at a space if there is one after <paramref name="earliest"/>, never within a pair of surrogates.</summary>
    private static int Break(string text, int room, int earliest)
    {
        if (text.Length <= room)
        {
            return text.Length;
        }

        var space = text.LastIndexOf(' ', room, room - earliest);
        var end = space > earliest ? space : room;
        return char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
    }
}
