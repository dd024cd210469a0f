using System.Text;
using System.Text.RegularExpressions;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Holds one answer and its events against the recorded ones.</summary>
/// <remarks>Rules: Transcripts/README.md, "What is compared", and the marks of a line there.</remarks>
internal sealed partial class ReplyComparer(Normaliser normaliser, UuidPairs uuids)
{
    private const string AsRecorded = "as recorded";

    /// <returns>Null when they agree, else in a few words how they differ.</returns>
    public string? Compare(TranscriptLine line, AdminReply reply, IReadOnlyList<WireEvent> events) =>
        CompareReply(line, reply) ?? (line.AfterRefusal || IsMendedInSilence(line) ? null : CompareEvents(line.RecordedEvents, events));

    // The original failed before it announced anything; what a success announces stands in no recording.
    private static bool IsMendedInSilence(TranscriptLine line) => line.Mended && line.RecordedEvents.Count == 0;

    private string? CompareReply(TranscriptLine line, AdminReply reply)
    {
        if (reply.Kind == ReplyKind.Malformed)
            return "the reply is malformed";
        if (line.AfterRefusal)
            return CompareAfterRefusal(line, reply);
        if (line.Mended)
            return reply.IsOk ? null : "the original failed here by a defect; ours has to answer OK";
        if (line.OwnWords)
            return reply.Content.Length > 0 ? null : "a help text may not be empty";
        return line.Kind switch
        {
            "held" => null,
            "timeout" => reply.Kind == ReplyKind.Timeout ? null : "no answer was due",
            "empty" => reply.Kind is ReplyKind.Empty or ReplyKind.Exception ? null : "no answer or an exception was due",
            _ when reply.TimedOut && line.StreamMs == 0 => "the reply did not end in time",
            _ => CompareBytes(line, reply),
        };
    }

    private string? CompareAfterRefusal(TranscriptLine line, AdminReply reply)
    {
        var due = AfterRefusal.For(line.Id);
        if (due == AsRecorded)
            return CompareBytes(line, reply);
        return due is null ? "Transcripts/after-refusal.yaml does not say what ours answers"
            : $"{reply.ExceptionType}: {reply.ExceptionMessage}" == due ? null
            : $"due is {due}";
    }

    private string? CompareBytes(TranscriptLine line, AdminReply reply)
    {
        var recorded = normaliser.Reply(line.Method, line.Arg, Ordered(line, Encoding.Latin1.GetString(line.ExpectedReply)));
        var ours = normaliser.Reply(line.Method, line.Arg, Ordered(line, reply.Text));
        return recorded.Text == ours.Text ? uuids.Match(recorded.Uuids, ours.Uuids) : Readable.FirstDifference(recorded.Text, ours.Text);
    }

    // Where the original has no order of tags, they are held against each other by name.
    private static string Ordered(TranscriptLine line, string reply) => line.TagsOrder is null ? OrderedList(line, reply) : Tags().Replace(
        reply, match => $"\"tags\": [{string.Join(", ", match.Groups[1].Value.Split(", ").Order(StringComparer.Ordinal))}]");

    // Their names are random, so where several are listed their order is as well: they are held against each other by what is said of them.
    private static string OrderedList(TranscriptLine line, string reply)
    {
        if (line.Method != "admin.vm.List" || NamedByNumber().Matches(reply) is not { Count: > 1 } listed)
            return reply;
        var ordered = new Queue<string>(listed.Select(match => match.Value).OrderBy(text => text[text.IndexOf(' ')..text.IndexOf(" uuid=", StringComparison.Ordinal)], StringComparer.Ordinal));
        return NamedByNumber().Replace(reply, _ => ordered.Dequeue());
    }

    [GeneratedRegex(@"^disp\d{1,4} class=.* uuid=.*$", RegexOptions.Multiline)]
    private static partial Regex NamedByNumber();

    [GeneratedRegex(@"""tags"": \[([^\]]*)\]")]
    private static partial Regex Tags();

    /// <returns>Null when they agree, else in a few words how they differ.</returns>
    public string? CompareEvents(IReadOnlyList<WireEvent> recorded, IReadOnlyList<WireEvent> events)
    {
        for (var i = 0; i < Math.Min(recorded.Count, events.Count); i++)
        {
            var due = normaliser.Event(recorded[i]);
            var came = normaliser.Event(events[i]);
            if (due.Text != came.Text)
                return $"event {i + 1} differs {Readable.FirstDifference(due.Text, came.Text)}";
            if (uuids.Match(due.Uuids, came.Uuids) is { } mismatch)
                return $"event {i + 1}: {mismatch}";
        }

        return recorded.Count == events.Count ? null : $"{recorded.Count} events were due, {events.Count} came";
    }
}
