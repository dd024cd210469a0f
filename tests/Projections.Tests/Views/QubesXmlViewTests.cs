using System.Security.Cryptography;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>How the store follows the log.</summary>
public sealed class QubesXmlViewTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ManualTime time = new();
    private readonly FakeViewFile file = new();
    private readonly FakeCheckpoints checkpoints = new();
    private readonly List<ViewFailure> failures = [];
    private readonly List<WrittenView> written = [];
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly QubesXmlView view;

    public QubesXmlViewTests() => view = View(WrittenView.None);

    public void Dispose()
    {
        view.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task A_world_is_written_at_once()
    {
        var loop = view.RunAsync(stop.Token);
        view.Publish(At(3));
        await time.SleeperAsync();
        Assert.Equal(Text(3), file.Content);
        Assert.Equal(new LogPosition(3), view.WrittenPosition);
        Assert.Equal(new LogPosition(3), checkpoints.Position);
        Assert.Equal(Digest(3), view.WrittenDigest);
        Assert.Equal([view.Written], written);
        await EndAsync(loop);
    }

    [Fact]
    public async Task A_burst_is_written_once_more_and_not_before_its_time()
    {
        var loop = view.RunAsync(stop.Token);
        view.Publish(At(1));
        await time.SleeperAsync();
        foreach (var position in Enumerable.Range(2, 1000))
        {
            view.Publish(At(position));
        }

        await time.AdvanceAsync(Interval - TimeSpan.FromMilliseconds(1));
        Assert.Single(file.Writes);
        await time.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await time.SleeperAsync();
        Assert.Equal([Text(1), Text(1001)], file.Writes);
        await EndAsync(loop);
    }

    [Fact]
    public async Task Under_steady_load_the_store_is_never_a_second_behind()
    {
        var loop = view.RunAsync(stop.Token);
        for (var position = 1; position <= 1000; position++)
        {
            view.Publish(At(position));
            await time.AdvanceAsync(TimeSpan.FromMilliseconds(10));
            await time.SleeperAsync();
            Assert.InRange(view.WrittenPosition.Value, position - 11, position);
        }

        Assert.InRange(file.Writes.Count, 80, 101);
        await EndAsync(loop);
    }

    [Fact]
    public async Task The_same_bytes_are_not_written_again_but_the_position_moves()
    {
        var world = At(1);
        view.Publish(world);
        await view.FlushAsync(stop.Token);
        view.Publish(world with { Position = new LogPosition(9) });
        await view.FlushAsync(stop.Token);
        Assert.Single(file.Writes);
        Assert.Equal(new LogPosition(9), view.WrittenPosition);
        Assert.Equal(new LogPosition(9), checkpoints.Position);
        Assert.Equal(2, written.Count);
    }

    [Fact]
    public async Task What_the_last_daemon_wrote_is_not_written_again()
    {
        checkpoints.Position = new LogPosition(5);
        using var next = View(new WrittenView(new LogPosition(5), Digest(5)));
        next.Publish(At(5));
        await next.FlushAsync(stop.Token);
        Assert.Empty(file.Writes);
        Assert.Empty(written);
    }

    [Fact]
    public async Task An_older_world_is_ignored()
    {
        view.Publish(At(7));
        view.Publish(At(6));
        await view.FlushAsync(stop.Token);
        Assert.Equal([Text(7)], file.Writes);
    }

    [Fact]
    public async Task A_failure_is_reported_and_tried_again_later_and_later_but_at_most_a_second()
    {
        foreach (var number in Enumerable.Range(1, 6))
        {
            file.Failures.Enqueue(new IOException($"{number}"));
        }

        var loop = view.RunAsync(stop.Token);
        view.Publish(At(1));
        foreach (var wait in new[] { 100, 200, 400, 800, 1000 })
        {
            await time.SleeperAsync();
            Assert.Equal(wait, failures[^1].RetryAfter.TotalMilliseconds);
            await time.AdvanceAsync(TimeSpan.FromMilliseconds(wait));
        }

        await time.SleeperAsync();
        Assert.Equal(Enumerable.Range(1, 6), failures.Select(failure => failure.Attempt));
        view.Publish(At(2));
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        await time.SleeperAsync();
        Assert.Equal([Text(2)], file.Writes);
        Assert.Equal(6, failures.Count);
        await EndAsync(loop);
    }

    [Fact]
    public async Task When_only_the_checkpoint_fails_the_file_is_not_written_again()
    {
        checkpoints.Failures = 2;
        var loop = view.RunAsync(stop.Token);
        view.Publish(At(1));
        await time.AdvanceAsync(TimeSpan.FromMilliseconds(100));
        await time.AdvanceAsync(TimeSpan.FromMilliseconds(200));
        await time.SleeperAsync();
        Assert.Single(file.Writes);
        Assert.Equal(new LogPosition(1), checkpoints.Position);
        Assert.Equal(2, failures.Count);
        await EndAsync(loop);
    }

    [Fact]
    public async Task A_checkpoint_that_a_rebuild_moved_is_taken_as_it_is()
    {
        view.Publish(At(1));
        await view.FlushAsync(stop.Token);
        checkpoints.Position = LogPosition.Start;
        view.Publish(At(2));
        await view.FlushAsync(stop.Token);
        Assert.Equal(new LogPosition(2), checkpoints.Position);
    }

    [Fact]
    public async Task Publishing_does_not_wait_for_a_slow_disk()
    {
        var disk = new TaskCompletionSource();
        file.Open = disk.Task;
        var loop = view.RunAsync(stop.Token);
        foreach (var position in Enumerable.Range(1, 1000))
        {
            view.Publish(At(position));
        }

        Assert.Empty(file.Writes);
        disk.SetResult();
        await time.AdvanceAsync(Interval);
        await time.SleeperAsync();
        Assert.Equal(Text(1000), file.Content);
        await EndAsync(loop);
    }

    [Fact]
    public async Task Shutdown_lets_a_write_end_and_a_flush_writes_the_rest()
    {
        var disk = new TaskCompletionSource();
        file.Open = disk.Task;
        var loop = view.RunAsync(stop.Token);
        view.Publish(At(1));
        await stop.CancelAsync();
        view.Publish(At(2));
        disk.SetResult();
        await loop;
        await view.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Text(2), file.Content);
        var count = file.Writes.Count;
        await view.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(count, file.Writes.Count);
        Assert.Empty(failures);
    }

    [Fact]
    public async Task A_failing_flush_tells_its_caller()
    {
        file.Failures.Enqueue(new IOException("full"));
        view.Publish(At(1));
        await Assert.ThrowsAsync<IOException>(() => view.FlushAsync(stop.Token));
        await view.FlushAsync(stop.Token);
        Assert.Equal([Text(1)], file.Writes);
    }

    private static World At(long position) => Evolve.Apply(
        World.Empty, new LabelAdded(9, $"l{position}", "0x000000"), new LogPosition(position));

    private static string Text(long position) => Encoding.UTF8.GetString(QubesXmlWriter.Write(At(position)));

    private static string Digest(long position) => Convert.ToHexStringLower(SHA256.HashData(QubesXmlWriter.Write(At(position))));

    private QubesXmlView View(WrittenView start) =>
        new(file, checkpoints, time, new QubesXmlViewOptions { Start = start, Failed = failures.Add, Written = written.Add });

    private async Task EndAsync(Task loop)
    {
        await stop.CancelAsync();
        await loop;
    }
}
