using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Cli;

/// <summary>Events as lines for people: those of one request below it, nothing wider than the page.</summary>
/// <remarks>Written by hand: what lays out whole tables must have seen their last row first, and takes longer to load than the first page may take.</remarks>
internal sealed class EventLines(Pager page, QubeNameBook book)
{
    private const string Bold = "\u001b[1m";
    private const string Dim = "\u001b[2m";
    private const string Plain = "\u001b[0m";
    private const int PositionWidth = 8;
    private const int SubjectWidth = 12;
    private const int TypeWidth = 16;
    private RecordedEvent? before;

    /// <summary>Writes the next event.</summary>
    internal void Write(RecordedEvent recorded)
    {
        if (before is null || !IsSameRequest(before, recorded))
        {
            if (before is not null)
            {
                page.Output.WriteLine();
            }

            WriteRequest(recorded);
        }

        WriteEvent(recorded);
        before = recorded;
    }

    /// <summary>Through which call an event came, on one line.</summary>
    internal static string Call(EventMetadata metadata)
    {
        var argument = metadata.Argument.Length == 0 ? "" : "+" + metadata.Argument;
        var destination = metadata.Destination.Length == 0 ? "" : " to " + metadata.Destination;
        return Terminal.Printable($"{metadata.Method}{argument}{destination}");
    }

    /// <summary>Which process it was.</summary>
    internal static string Process(EventMetadata metadata) => metadata.Peer is { } peer
        ? Terminal.Printable(FormattableString.Invariant($"{peer.Command} (process {peer.ProcessId}, user {peer.UserId})"))
        : "";

    private static bool IsSameRequest(RecordedEvent one, RecordedEvent other) =>
        one.Metadata is null || other.Metadata is null
            ? one.Metadata == other.Metadata
            : one.Metadata.CorrelationId == other.Metadata.CorrelationId && one.Metadata.Method == other.Metadata.Method;

    private void WriteRequest(RecordedEvent recorded)
    {
        var time = recorded.Time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var who = recorded.Metadata is not { } metadata ? "(erased)"
            : $"{Terminal.Printable(metadata.Source)}: {Call(metadata)}{(Process(metadata) is { Length: > 0 } process ? ", by " + process : "")}";
        WriteWrapped($"{time}  ", $"{time}  {who}", Bold);
    }

    private void WriteEvent(RecordedEvent recorded)
    {
        var position = recorded.EphemeralNumber is { } number ? "e-" + number.ToString(CultureInfo.InvariantCulture) : recorded.Position.ToString();
        var subject = Terminal.Printable(EventText.Subject(recorded, book.NameOf));
        var start = $"{position,PositionWidth}  {subject,-SubjectWidth}  {recorded.Type,-TypeWidth}  ";
        WriteWrapped(start, start + Terminal.Printable(EventText.Summary(recorded, book.NameOf)), "");
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
