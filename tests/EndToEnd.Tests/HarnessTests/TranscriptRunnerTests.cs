namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The runner calls what was recorded identical, and every change of it a difference.</summary>
public sealed class TranscriptRunnerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static WaitingList NothingWaits => new([]);

    public static TheoryData<string> Scripts =>
        new(TranscriptTests.Scripts.Where(name => Knobs.IsWanted(name) && TranscriptScript.Load(name).Lines.All(CanBeReplayed)));

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_recording_is_identical_to_itself(string name)
    {
        var script = TranscriptScript.Load(name);
        var report = await RunAsync(script, new ReplayingDaemon(script));
        Assert.True(report.Fenced);
        Assert.True(report.Passed, report.Describe());
        Assert.Equal(script.Lines.Count, report.Count(Outcome.Identical));
    }

    [Fact]
    public async Task A_changed_reply_is_found()
    {
        var script = TranscriptScript.Load("16-notes");
        var daemon = new ReplayingDaemon(script)
        {
            ChangeReply = (line, reply) => line.Id == "16-notes-0017" ? FakeDaemon.Ok("first\nsecond x") : reply,
        };
        var report = await RunAsync(script, daemon);
        Assert.Equal(["16-notes-0017"], report.Different.Select(result => result.Line.Id));
        Assert.Contains("16-notes-0017", report.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_a_changed_and_a_surplus_event_belong_to_their_request()
    {
        var script = TranscriptScript.Load("16-notes");
        var surplus = new WireEvent("work", "domain-tag-add:x", [KeyValuePair.Create("tag", "x")]);
        var daemon = new ReplayingDaemon(script)
        {
            ChangeEvents = (line, events) => line.Id[^4..] switch
            {
                "0002" => events.Skip(1),
                "0006" => events.Reverse(),
                "0017" => events.Append(surplus),
                _ => events,
            },
        };
        var report = await RunAsync(script, daemon);
        Assert.Equal(["0002", "0006", "0017"], report.Different.Select(result => result.Line.Id[^4..]));
    }

    [Fact]
    public async Task What_waits_is_counted_but_is_no_failure_and_is_reported_once_identical()
    {
        var script = TranscriptScript.Load("16-notes");
        var daemon = new ReplayingDaemon(script)
        {
            ChangeReply = (line, reply) => line.Id is "16-notes-0016" ? FakeDaemon.Refusal("QubesNotImplementedError", "no") : reply,
        };
        var waiting = new WaitingList(
        [
            new WaitingEntry { Ids = ["0016-0017"], Reason = "one" },
            new WaitingEntry { Methods = ["admin.vm.Create.*"], Reason = "all" },
        ]);
        await using var fake = new FakeDaemon(daemon.Answer);
        var report = await new TranscriptRunner(fake.Sockets, path => path, script, waiting).RunAsync(Ct);
        Assert.True(report.Passed, report.Describe());
        Assert.Equal(1, report.Count(Outcome.Waiting));
        Assert.Equal(script.Lines.Count - 1, report.Count(Outcome.Identical));
        Assert.Contains(report.OutdatedEntries(), text => text.Contains("all 9 requests", StringComparison.Ordinal));
        Assert.Contains(report.OutdatedEntries(), text => text.Contains("1 of 2 requests", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_transcript_line_is_understood()
    {
        var lines = TranscriptScript.All().SelectMany(script => script.Lines).ToList();
        Assert.True(lines.Count >= 8462, $"{lines.Count} lines");
        Assert.All(lines, line => Assert.NotNull(line.RecordedEvents));
    }

    [Fact]
    public void Every_request_after_a_refusal_has_an_expected_answer() =>
        Assert.Empty(TranscriptTests.ScriptsInScope.SelectMany(row => TranscriptScript.Load(row.Data).Lines)
            .Where(line => line.AfterRefusal && AfterRefusal.For(line.Id) is null)
            .Select(line => line.Id));

    // The fake daemon has one socket, answers a request at once and as a whole, and writes no files.
    private static bool CanBeReplayed(TranscriptLine line) =>
        line is { Socket: null or "main", StreamMs: 0, Filedump.Count: 0, Files.Count: 0, Qdbkeys.Count: 0, Qdb.Count: 0, QdbClear.Count: 0, Domxml: null, TapOpen.Count: 0, Subscribers.Count: 0, Partial: null, Finish: null };

    private static async Task<ScriptReport> RunAsync(TranscriptScript script, ReplayingDaemon daemon)
    {
        await using var fake = new FakeDaemon(daemon.Answer);
        return await new TranscriptRunner(fake.Sockets, path => path, script, NothingWaits).RunAsync(Ct);
    }
}
