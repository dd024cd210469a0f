using Qubes.Cqrs.Domain;
using static Qubes.Cqrs.Commands.Tests.ScriptedLog;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>What the writer does with changes that must be forgotten.</summary>
public sealed class EphemeralWriterTests
{
    private static readonly QubeId Disposable = new(Guid.Parse("00000000-0000-0000-0000-00000000d15b"));

    private readonly ScriptedJournal journal = new();

    [Fact]
    public async Task A_change_of_a_disposable_alone_never_touches_the_log()
    {
        await using var bench = new Bench(journal: journal);
        var before = bench.Writer.Current.Position;
        await CreateAsync(bench);
        var position = await WriteAsync(bench, draft => Tags.Add(draft, Disposable, "x"));
        Assert.Equal((0, before, before), (bench.Log.Appends, position, bench.Writer.Current.Position));
        Assert.Contains("x", bench.Writer.Current.Qube(Disposable).Tags);
        Assert.False(bench.Writer.Current.Kept.Qubes.ContainsKey(Disposable));
        Assert.Equal(new long?[] { 1, 2 }, bench.Told.Select(told => told.EphemeralNumber));
        Assert.All(bench.Told, told => Assert.Equal(before, told.Position));
        Assert.Equal(2, journal.Settled);
    }

    [Fact]
    public async Task A_decision_of_both_kinds_writes_the_journal_first_and_tells_everything_in_order()
    {
        await using var bench = new Bench(journal: journal);
        await CreateAsync(bench);
        var before = bench.Writer.Current.Position;
        bench.Log.Gate = new SemaphoreSlim(0);
        var writing = WriteAsync(bench, Both);
        var batch = journal.Batches[^1];
        Assert.Equal((before, 2), (batch.After, batch.Kept));
        bench.Log.Gate.Release();
        Assert.Equal(before.Value + 2, (await writing).Value);
        Assert.Equal(batch.Correlation, bench.Log.Stored[0].Metadata!.CorrelationId);
        Assert.Equal(["TagAdded 8", "TagAdded 8 e-2", "FeatureSet 9"], bench.Told.Skip(1).Select(told =>
            $"{told.Event!.GetType().Name} {told.Position.Value - before.Value + 7}" + (told.EphemeralNumber is { } number ? " e-" + number : "")));
        Assert.Equal("shown in disp1", Assert.IsType<FeatureSet>(bench.Told[^1].Event).Value);
        Assert.Equal("shown in @disposable", Assert.IsType<FeatureSet>(bench.Log.Stored[^1].Event).Value);
        Assert.Equal("shown in disp1", bench.Writer.Current.Qube(Bench.Work).Features.Find("f"));
    }

    [Fact]
    public async Task What_is_kept_names_no_disposable_in_its_metadata_either()
    {
        await using var bench = new Bench(journal: journal);
        await CreateAsync(bench);
        var call = Bench.Call("admin.vm.feature.Set", "x-disp1-y", "disp1", Disposable) with { Destination = "disp1" };
        await bench.Writer.WriteAsync(
            draft =>
            {
                Tags.Add(draft, Bench.Work, "plain");
                draft.Announce(draft.World.Qube(Disposable), "domain-something");
                draft.Announce(draft.World.Qube(Bench.Work), "connected", new AnnouncementArgument("to", "disp1"));
            },
            call, default);
        var metadata = bench.Log.Stored[^1].Metadata!;
        Assert.Equal(("@disposable", "x-@disposable-y", "@disposable"), (metadata.Source, metadata.Argument, metadata.Destination));
        Assert.Equal(["domain-tag-add:plain", "connected"], metadata.Announced!.Value.Select(announced => announced.Event));
        Assert.Equal("@disposable", metadata.Announced.Value[^1].Arguments[0].Value);
        Assert.Equal("disp1", bench.Told[^1].Metadata!.Source);
        Assert.Contains("domain-something@" + bench.Writer.Current.Position, bench.Heard);
    }

    [Theory]
    [InlineData(Fault.Unavailable)]
    [InlineData(Fault.Lost)]
    [InlineData(Fault.BreaksBeforeCommit)]
    public async Task When_the_log_does_not_take_its_part_the_journal_gives_its_own_back(object fault)
    {
        await using var bench = new Bench(journal: journal);
        await CreateAsync(bench);
        var before = bench.Writer.Current;
        bench.Log.Faults.Enqueue((Fault)fault);
        await Assert.ThrowsAsync<RefusedException>(() => WriteAsync(bench, Both));
        Assert.Same(before, bench.Writer.Current);
        Assert.Equal((1, 1), (journal.Batches.Count, journal.TakenBack));
    }

    [Fact]
    public async Task A_commit_of_unknown_outcome_that_happened_counts_with_the_part_in_the_journal()
    {
        await using var bench = new Bench(journal: journal);
        await CreateAsync(bench);
        bench.Log.Faults.Enqueue(Fault.BreaksAfterCommit);
        await WriteAsync(bench, Both);
        Assert.Contains("y", bench.Writer.Current.Qube(Disposable).Tags);
        Assert.Equal((2, 0), (journal.Settled, journal.TakenBack));
        Assert.Equal(3, bench.Told.Skip(1).Count());
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_refuses_and_the_rest_goes_on()
    {
        await using var bench = new Bench(journal: journal);
        journal.IsFull = true;
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => CreateAsync(bench));
        Assert.Equal("The journal of disposables cannot be written, nothing was changed", refusal.Message);
        await bench.AddTagAsync("x");
        Assert.Single(bench.Log.Stored);
        Assert.DoesNotContain(Disposable, bench.Writer.Current.Qubes.Keys);
    }

    private static void Both(Draft draft)
    {
        Tags.Add(draft, Bench.Work, "x");
        Tags.Add(draft, Disposable, "y");
        draft.Record(new FeatureSet(Bench.Work, "f", "shown in disp1", null));
    }

    private static Task CreateAsync(Bench bench) => WriteAsync(bench, draft => draft.Record(new QubeAdded(
        Disposable, "disp1", QubeClass.DispVM, 2, [new("label", PropertyValue.OfLabel(1)), new("auto_cleanup", PropertyValue.True)], [], [], [])));

    private static Task<LogPosition> WriteAsync(Bench bench, Action<Draft> decide) => bench.Writer.WriteAsync(decide, Bench.Call("x"), default).AsTask();
}
