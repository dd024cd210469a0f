using System.Text;
using System.Threading.Channels;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The client's end of a stream in memory: keeps the messages, and can stop reading for a while.</summary>
internal sealed class TestFollower : IEventStreamConnection, IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource gone = new();
    private readonly Channel<string> messages = Channel.CreateUnbounded<string>();
    private TaskCompletionSource reading = new();

    internal TestFollower(Func<IEventStreamConnection, Task> run)
    {
        reading.SetResult();
        Ended = Task.Run(() => run(this));
    }

    public CancellationToken Disconnected => gone.Token;

    /// <summary>Completes when the daemon's side has ended.</summary>
    internal Task Ended { get; }

    internal bool HasMore => messages.Reader.TryPeek(out _);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> messages, CancellationToken ct)
    {
        await reading.Task.WaitAsync(ct);
        this.messages.Writer.TryWrite(Encoding.ASCII.GetString(messages.Span));
    }

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        gone.Dispose();
    }

    internal void Block() => reading = new TaskCompletionSource();

    internal void Unblock() => reading.SetResult();

    /// <summary>The next message's name and values.</summary>
    internal async Task<(string Name, Dictionary<string, string> Values)> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var fields = (await messages.Reader.ReadAsync(limit.Token)).Split('\0');
        Assert.Equal(("1", ""), (fields[0], fields[1]));
        Assert.Equal(["", ""], fields[^2..]); // an empty key, and what follows the last NUL
        return (fields[2], fields[3..^2].Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]));
    }
}
