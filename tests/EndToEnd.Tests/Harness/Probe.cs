using System.Diagnostics;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>A well-behaved client that keeps asking in the background: what others do must not reach it.</summary>
internal sealed class Probe : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly AdminClient client;
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> failures = [];
    private readonly Task asking;

    public Probe(AdminClient client)
    {
        this.client = client;
        asking = AskAsync();
    }

    public int Answers { get; private set; }

    public TimeSpan Slowest { get; private set; }

    /// <summary>Stops asking and fails the test if any answer was wrong or late.</summary>
    public async Task AssertUnaffectedAsync(DaemonProcess? daemon = null)
    {
        // The first of these may have been asked before the attack; the second was not.
        var enough = Answers + 2;
        await Eventually.IsAsync(() => Answers >= enough || failures.Count > 0, AnswerLimit, CancellationToken.None);
        await StopAsync();
        if (failures.Count > 0)
            Assert.Fail($"{failures.Count} of {Answers + failures.Count} calls of another client went wrong, first: {failures[0]}\n{daemon?.Tail}");
        Assert.True(Answers >= enough, $"The other client got no answer within {AnswerLimit.TotalSeconds} s.\n{daemon?.Tail}");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    private async Task StopAsync()
    {
        await stop.CancelAsync();
        await asking;
    }

    private async Task AskAsync()
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                var reply = await client.CallAsync("admin.vm.property.Get", "klass", "dom0", "", stop.Token);
                if (reply.Content != "default=True type=str AdminVM")
                    failures.Add($"after {watch.ElapsedMilliseconds} ms: {reply}");
                else
                    Answers++;
                Slowest = watch.Elapsed > Slowest ? watch.Elapsed : Slowest;
                await Task.Delay(Pause, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (System.Net.Sockets.SocketException gone)
            {
                failures.Add($"cannot connect: {gone.Message}");
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }
}
