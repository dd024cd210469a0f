using Qubes.Cqrs.Domain;
using static Qubes.Cqrs.Commands.Tests.ScriptedLog;

namespace Qubes.Cqrs.Commands.Tests;

public sealed class WriterTests
{
    private const string Unavailable = "The event log is not available, nothing was changed";

    [Fact]
    public async Task A_change_is_answered_with_its_position_and_announced_after_the_commit()
    {
        await using var bench = new Bench();
        var before = bench.Writer.Current.Position;
        var position = await bench.AddTagAsync("x");
        Assert.Equal(before.Next, position);
        Assert.Equal(position, bench.Writer.Current.Position);
        Assert.Equal(["committed 1", $"domain-tag-add:x@{position}"], bench.Heard);
    }

    [Fact]
    public async Task What_changes_nothing_appends_nothing()
    {
        await using var bench = new Bench();
        var position = await bench.AddTagAsync("x");
        Assert.Equal(position, await bench.AddTagAsync("x"));
        Assert.Equal(1, bench.Log.Appends);
    }

    [Fact]
    public async Task Commands_that_queue_up_share_a_transaction()
    {
        await using var bench = new Bench();
        bench.Log.Gate = new SemaphoreSlim(0);
        var first = bench.AddTagAsync("first");
        var others = Enumerable.Range(0, 20).Select(index => bench.AddTagAsync("t" + index)).ToList();
        bench.Log.Gate.Release(100);
        await first;
        await Task.WhenAll(others);
        Assert.True(bench.Log.Appends <= 4, $"{bench.Log.Appends} transactions for 21 commands");
        Assert.Equal(21, bench.Log.Stored.Count);
        Assert.Equal(bench.Log.Stored.Select(stored => stored.Position.Value).Order(), bench.Log.Stored.Select(stored => stored.Position.Value));
    }

    [Fact]
    public async Task A_decision_sees_those_before_it_in_the_same_transaction()
    {
        await using var bench = new Bench();
        bench.Log.Gate = new SemaphoreSlim(0);
        var first = bench.AddTagAsync("first");
        var added = bench.AddTagAsync("x");
        var removed = bench.Dispatcher.SendAsync(new RemoveTag(Bench.Work, "x"), Bench.Call("admin.vm.tag.Remove"), default).AsTask();
        var again = bench.Dispatcher.SendAsync(new RemoveTag(Bench.Work, "x"), Bench.Call("admin.vm.tag.Remove"), default).AsTask();
        bench.Log.Gate.Release(100);
        await Task.WhenAll(first, added, removed);
        await Assert.ThrowsAsync<TagNotFoundException>(() => again);
    }

    [Fact]
    public async Task A_refusal_that_rests_on_a_change_is_not_told_before_the_change_is_durable()
    {
        await using var bench = new Bench();
        bench.Log.Gate = new SemaphoreSlim(0);
        var first = bench.AddTagAsync("first");
        var added = bench.AddTagAsync("x");
        var same = bench.AddTagAsync("x");
        bench.Log.Gate.Release();
        await first;
        await Task.Delay(50);
        Assert.False(same.IsCompleted);
        bench.Log.Gate.Release(100);
        await Task.WhenAll(added, same);
    }

    [Fact]
    public async Task A_failed_commit_changes_nothing_and_says_so_and_the_writer_recovers()
    {
        await using var bench = new Bench();
        var before = bench.Writer.Current;
        bench.Log.Faults.Enqueue(Fault.Unavailable);
        bench.Log.Recoveries.Enqueue(Fault.Unavailable);
        Assert.Equal(Unavailable, (await Assert.ThrowsAsync<RefusedException>(() => bench.AddTagAsync("x"))).Message);
        Assert.Same(before, bench.Writer.Current);
        await bench.UntilReadyAsync();
        await bench.AddTagAsync("x");
        Assert.Single(bench.Log.Stored);
    }

    [Fact]
    public async Task While_the_log_is_away_changes_are_refused_at_once()
    {
        await using var bench = new Bench(new WriterOptions { RetryInterval = TimeSpan.FromMinutes(1) });
        bench.Log.Faults.Enqueue(Fault.Unavailable);
        bench.Log.Recoveries.Enqueue(Fault.Unavailable);
        await Assert.ThrowsAsync<RefusedException>(() => bench.AddTagAsync("x"));
        var attempts = bench.Log.Appends;
        await Assert.ThrowsAsync<RefusedException>(() => bench.AddTagAsync("y"));
        Assert.Equal(attempts, bench.Log.Appends);
    }

    [Fact]
    public async Task A_commit_of_unknown_outcome_that_happened_is_adopted_and_answered()
    {
        await using var bench = new Bench();
        bench.Log.Faults.Enqueue(Fault.BreaksAfterCommit);
        var position = await bench.AddTagAsync("x");
        Assert.Equal(position, bench.Writer.Current.Position);
        Assert.Contains("x", bench.Writer.Current.Qube(Bench.Work).Tags);
        Assert.Contains($"domain-tag-add:x@{position}", bench.Heard);
        Assert.Single(bench.Log.Stored);
    }

    [Fact]
    public async Task A_commit_of_unknown_outcome_that_did_not_happen_is_refused()
    {
        await using var bench = new Bench();
        bench.Log.Faults.Enqueue(Fault.BreaksBeforeCommit);
        Assert.Equal(Unavailable, (await Assert.ThrowsAsync<RefusedException>(() => bench.AddTagAsync("x"))).Message);
        await bench.UntilReadyAsync();
        Assert.DoesNotContain("x", bench.Writer.Current.Qube(Bench.Work).Tags);
    }

    [Fact]
    public async Task Callers_that_cannot_wait_are_told_that_the_outcome_is_unknown()
    {
        await using var bench = new Bench(new WriterOptions { Patience = TimeSpan.FromMilliseconds(30), RetryInterval = TimeSpan.FromMilliseconds(20) });
        bench.Log.Faults.Enqueue(Fault.BreaksAfterCommit);
        for (var failure = 0; failure < 10; failure++)
        {
            bench.Log.Recoveries.Enqueue(Fault.Unavailable);
        }

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => bench.AddTagAsync("x"));
        Assert.Contains("not known", refusal.Message, StringComparison.Ordinal);
        await bench.UntilReadyAsync();
        Assert.Contains("x", bench.Writer.Current.Qube(Bench.Work).Tags);
    }

    [Fact]
    public async Task A_writer_that_lost_the_log_says_so_and_never_writes_again()
    {
        await using var bench = new Bench();
        bench.Log.Faults.Enqueue(Fault.Lost);
        await Assert.ThrowsAsync<RefusedException>(() => bench.AddTagAsync("x"));
        await bench.Writer.Lost.WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<RefusedException>(() => bench.AddTagAsync("y"));
        Assert.Empty(bench.Log.Stored);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_stops_waiting_but_not_the_append()
    {
        await using var bench = new Bench();
        bench.Log.Gate = new SemaphoreSlim(0);
        var first = bench.AddTagAsync("first");
        using var hangUp = new CancellationTokenSource();
        var waiting = bench.Dispatcher.SendAsync(new AddTag(Bench.Work, "x"), Bench.Call("admin.vm.tag.Set"), hangUp.Token).AsTask();
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        bench.Log.Gate.Release(100);
        await first;
        await bench.AddTagAsync("last");
        Assert.Contains("x", bench.Writer.Current.Qube(Bench.Work).Tags);
    }

    [Fact]
    public async Task A_full_queue_refuses()
    {
        await using var bench = new Bench(new WriterOptions { QueueLength = 3 });
        bench.Log.Gate = new SemaphoreSlim(0);
        var waiting = Enumerable.Range(0, 3).Select(index => bench.AddTagAsync("t" + index)).ToList();
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => bench.AddTagAsync("one-too-many"));
        Assert.Contains("nothing was changed", refusal.Message, StringComparison.Ordinal);
        bench.Log.Gate.Release(100);
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task A_bug_in_a_rule_is_the_answer_to_its_caller_alone()
    {
        await using var bench = new Bench();
        await Assert.ThrowsAsync<InvalidCastException>(() =>
            bench.Writer.WriteAsync(_ => throw new InvalidCastException(), Bench.Call("x"), default).AsTask());
        await bench.AddTagAsync("x");
    }

    [Fact]
    public async Task Only_what_the_events_do_not_give_is_recorded_of_the_announcements()
    {
        await using var bench = new Bench();
        await bench.AddTagAsync("x");
        Assert.Null(bench.Log.Stored[^1].Metadata!.Announced);
        await bench.Dispatcher.SendAsync(new SetProperty(Bench.Work, "provides_network", "True"u8.ToArray()), Bench.Call("admin.vm.property.Set"), default);
        Assert.NotNull(bench.Log.Stored[^2].Metadata!.Announced);
        Assert.Null(bench.Log.Stored[^1].Metadata!.Announced);
    }
}
