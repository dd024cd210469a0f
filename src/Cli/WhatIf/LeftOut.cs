using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Cli;

/// <summary>A part of the log that a replay leaves out.</summary>
/// <param name="First">The first position that may be part of it.</param>
/// <param name="Covers">Whether an event is.</param>
internal sealed record LeftOut(LogPosition First, Func<RecordedEvent, bool> Covers)
{
    /// <summary>Reads <c>42</c>, <c>42-57</c>, <c>method=…</c> or <c>type=…</c>.</summary>
    /// <exception cref="HistoryException">It is none of these, or the log does not reach it.</exception>
    internal static LeftOut Parse(string text, LogPosition head)
    {
        if (text.Split('=', 2) is [var what, var name])
        {
            return what switch
            {
                "method" => new LeftOut(new LogPosition(1), recorded => recorded.Metadata?.Method == name),
                "type" when EventCatalog.Find(name) is not null => new LeftOut(new LogPosition(1), recorded => recorded.Type == name),
                "type" => throw new HistoryException($"there is no event type '{name}'"),
                _ => throw new HistoryException($"'{text}' is not understood: a position, a range such as 42-57, method=… or type=… is expected"),
            };
        }

        var ends = text.Split('-').Select(end => long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray();
        if (ends.Length > 2 || ends.Contains(-1))
        {
            throw new HistoryException($"'{text}' is not understood: a position, a range such as 42-57, method=… or type=… is expected");
        }

        var (first, last) = (ends[0], ends[^1]);
        return first >= 1 && last >= first && last <= head.Value
            ? new LeftOut(new LogPosition(first), recorded => recorded.Position.Value >= first && recorded.Position.Value <= last)
            : throw new HistoryException($"there is no position or range {text}: the log goes from 1 to {head}");
    }
}
