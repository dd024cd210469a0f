using Microsoft.Extensions.Logging;
using Npgsql;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Moves Marten's sequence along behind the log, off the way of replies: soon after a commit, never before it.</summary>
/// <remarks>A move that fails is made up for by the next one, or at the next opening.</remarks>
internal sealed class SequenceFollower(LogDatabase database, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(20);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly CancellationTokenSource closing = new();
    private long wanted;
    private long reached;
    private int isScheduled;

    /// <summary>Says where the log ends now.</summary>
    public void Follow(long position)
    {
        Volatile.Write(ref wanted, position);
        if (Interlocked.Exchange(ref isScheduled, 1) == 0)
        {
            _ = MoveSoonAsync();
        }
    }

    /// <summary>Makes the last move.</summary>
    public async ValueTask DisposeAsync()
    {
        if (closing.IsCancellationRequested)
        {
            return;
        }

        await closing.CancelAsync();
        await MoveAsync(CancellationToken.None);
    }

    private async Task MoveSoonAsync()
    {
        await Task.Delay(Linger, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref isScheduled, 0);
        if (!closing.IsCancellationRequested)
        {
            await MoveAsync(closing.Token);
        }
    }

    private async Task MoveAsync(CancellationToken ct)
    {
        try
        {
            await turn.WaitAsync(ct);
            try
            {
                var position = Volatile.Read(ref wanted);
                if (position > reached)
                {
                    await using var move = database.CreateCommand(
                        "select set_config('synchronous_commit', 'off', true), setval('qubes.mt_events_sequence', $1) " +
                        "from qubes.mt_events_sequence where last_value < $1 or not is_called");
                    move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
                    await move.ExecuteNonQueryAsync(ct);
                    reached = position;
                }
            }
            finally
            {
                turn.Release();
            }
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e) || e is OperationCanceledException or ObjectDisposedException)
        {
            LogMessages.SequenceBehind(logger, e);
        }
    }
}
