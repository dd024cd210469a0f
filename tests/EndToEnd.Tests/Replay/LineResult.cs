using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>What became of one request.</summary>
internal enum Outcome
{
    Identical,

    /// <summary>Differs, and waits for something that is not built yet (waiting.yaml).</summary>
    Waiting,

    /// <summary>Differs for a reason that docs/differences.md gives.</summary>
    Listed,

    /// <summary>The original itself varies here: not compared.</summary>
    Skipped,

    Different,
}

/// <summary>A request with what was expected and what came.</summary>
internal sealed record LineResult(TranscriptLine Line, Outcome Outcome, string? Difference)
{
    private const int MostEvents = 40;

    /// <summary>Where an identical request is named in waiting.yaml: the entry may be out of date.</summary>
    public WaitingEntry? WaitingEntry { get; init; }

    public AdminReply Reply { get; init; } = new([]);

    public IReadOnlyList<WireEvent> Events { get; init; } = [];

    public string Describe()
    {
        var text = new StringBuilder();
        text.AppendLine($"{Line.Id}: {Line}");
        text.AppendLine($"  difference: {Difference}");
        text.AppendLine($"  expected:   {Expected()}");
        text.AppendLine($"  got:        {Reply}");
        AppendEvents(text, "expected events:", Line.RecordedEvents);
        AppendEvents(text, "got events:", Events);
        return text.ToString();
    }

    private string Expected()
    {
        var marks = string.Concat(
            Line.OwnWords ? " (own words)" : "", Line.Mended ? " (mended: OK)" : "", Line.AfterRefusal ? " (after a refusal)" : "");
        return (Line.Kind == "timeout" ? "no answer" : Readable.Text(Encoding.Latin1.GetString(Line.ExpectedReply))) + marks;
    }

    private static void AppendEvents(StringBuilder text, string title, IReadOnlyList<WireEvent> events)
    {
        text.AppendLine($"  {title} {(events.Count == 0 ? "none" : "")}");
        foreach (var wire in events.Take(MostEvents))
            text.AppendLine($"    {wire}");
        if (events.Count > MostEvents)
            text.AppendLine($"    … and {events.Count - MostEvents} more");
    }
}
