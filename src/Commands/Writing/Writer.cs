using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The one place where the log grows: takes commands in order, decides each on the newest state, commits what queued up meanwhile.</summary>
/// <remarks>Whoever finds the writer idle leads: a lone command is decided and committed without a hand-over between threads, and what
/// queues up meanwhile forms the next transaction. A batch is decided on speculative state and answered, in decision order, when it is
/// durable. docs/adr/0003-writer.md has the reasons.</remarks>
public sealed partial class Writer : IAsyncDisposable
{
    private readonly ICommitObserver observer;
    private readonly TimeProvider time;
    private readonly WriterOptions options;
    private readonly ILogger<Writer> logger;
    private readonly ConcurrentQueue<PendingCommand> queue = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IEventAppender? log;
    private IEphemeralJournal? journal;
    private World durable;
    private string? refusal;
    private int waiting;
    private int leading;
    private int pausing;
    private Task recovery = Task.CompletedTask;

    /// <summary>Creates the writer on an open log.</summary>
    /// <param name="log">The log; null when it could not be opened: every change is then refused with <paramref name="refusal"/>.</param>
    /// <param name="world">The state at the log's head.</param>
    /// <param name="observer">Hears of every commit.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How to work.</param>
    /// <param name="logger">Where faults are told.</param>
    /// <param name="refusal">Why there is no log.</param>
    /// <param name="journal">Where changes go that must be forgotten; null when everything goes to the log.</param>
    public Writer(
        IEventAppender? log, World world, ICommitObserver observer, TimeProvider time, WriterOptions options, ILogger<Writer> logger, string? refusal = null,
        IEphemeralJournal? journal = null)
    {
        this.journal = journal;
        (this.log, durable, this.observer, this.time, this.options, this.logger) = (log, world, observer, time, options, logger);
        this.refusal = log is null ? refusal ?? "The event log is not available" : null;
    }

    /// <summary>Completes when somebody else has taken the log: the daemon must stop then.</summary>
    public Task Lost => lost.Task;

    /// <summary>The newest durable state.</summary>
    public World Current => Volatile.Read(ref durable);

    /// <summary>Why changes are refused now, or null.</summary>
    public string? Refusal => Volatile.Read(ref refusal);

    /// <summary>Decides a command and returns when the decision is durable.</summary>
    /// <param name="decide">The decision: a pure rule, possibly run more than once.</param>
    /// <param name="call">The request.</param>
    /// <param name="ct">Ends the waiting, never the append.</param>
    /// <exception cref="DomainException">Refused, by the rule or because the log cannot be written.</exception>
    public async ValueTask<LogPosition> WriteAsync(Action<Draft> decide, Call call, CancellationToken ct)
    {
        if (Refusal is { } reason)
        {
            throw new RefusedException(reason);
        }

        if (Interlocked.Increment(ref waiting) > options.QueueLength)
        {
            Interlocked.Decrement(ref waiting);
            throw new RefusedException("Too many changes are waiting to be saved, nothing was changed; try again");
        }

        var pending = new PendingCommand(decide, call);
        queue.Enqueue(pending);
        if (Volatile.Read(ref pausing) == 0 && TryLead())
        {
            await LeadAsync().ConfigureAwait(false);
        }

        return await (ct.CanBeCanceled ? pending.Task.WaitAsync(ct) : pending.Task).ConfigureAwait(false);
    }

    /// <summary>Goes on with a log that could not be opened before.</summary>
    /// <param name="opened">The log.</param>
    /// <param name="world">The state at its head.</param>
    /// <param name="disposables">The journal of disposables, or null.</param>
    public void Attach(IEventAppender opened, World world, IEphemeralJournal? disposables = null)
    {
        (log, durable, journal) = (opened, world, disposables);
        observer.Committed(world, []);
        Volatile.Write(ref refusal, null);
    }

    /// <summary>Lets somebody work on the log while nothing is decided: reads go on, changes wait in the queue as far as it reaches.</summary>
    /// <param name="work">Is given the log and the state in force; gives the same state, at a newer position when it appended something, or another object
    /// when the state is to be exchanged for one that was rebuilt.</param>
    /// <param name="ct">Ends the waiting for a moment to begin.</param>
    /// <exception cref="RefusedException">The log cannot be written now.</exception>
    public async Task PauseAsync(Func<IEventAppender, World, Task<World>> work, CancellationToken ct)
    {
        Interlocked.Increment(ref pausing);
        try
        {
            while (!TryLead())
            {
                await Task.Delay(1, ct).ConfigureAwait(false);
            }
        }
        catch
        {
            Interlocked.Decrement(ref pausing);
            LeadAgain();
            throw;
        }

        try
        {
            var world = await work(log is not null && Refusal is null ? log : throw new RefusedException(Refusal ?? "The event log is not available"), durable)
                .ConfigureAwait(false);
            if (!ReferenceEquals(world, durable))
            {
                Volatile.Write(ref durable, world);
                observer.Committed(world, []);
            }
        }
        finally
        {
            Interlocked.Decrement(ref pausing);
            StopLeading();
        }
    }

    /// <summary>Refuses new changes and waits until those under way are durable.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref refusal, "qubesd is stopping, nothing was changed");
        while (Volatile.Read(ref waiting) > 0 && !lost.Task.IsCompleted)
        {
            await Task.Delay(1).ConfigureAwait(false);
        }

        await stopping.CancelAsync().ConfigureAwait(false);
        await recovery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private bool TryLead() => Interlocked.CompareExchange(ref leading, 1, 0) == 0;

    // The caller leads for one batch only, so that its own client is answered; a task of its own takes over what queued up.
    private async ValueTask LeadAsync()
    {
        await ProcessAsync().ConfigureAwait(false);
        if (queue.IsEmpty)
        {
            StopLeading();
        }
        else
        {
            _ = Task.Run(LeadOnAsync);
        }
    }

    private async Task LeadOnAsync()
    {
        var expected = 0;
        while (!queue.IsEmpty && Volatile.Read(ref pausing) == 0)
        {
            await LingerAsync(expected).ConfigureAwait(false);
            expected = await ProcessAsync().ConfigureAwait(false);
        }

        StopLeading();
    }

    private void StopLeading()
    {
        Volatile.Write(ref leading, 0);
        LeadAgain();
    }

    private void LeadAgain()
    {
        if (!queue.IsEmpty && Volatile.Read(ref pausing) == 0 && TryLead())
        {
            _ = Task.Run(LeadOnAsync);
        }
    }

    // Callers that were just answered come back at once: waiting for them a moment saves half of the transactions.
    private async ValueTask LingerAsync(int expected)
    {
        var started = Stopwatch.GetTimestamp();
        while (queue.Count < expected && Stopwatch.GetElapsedTime(started) < options.Linger)
        {
            await Task.Yield();
        }
    }

    private async ValueTask<int> ProcessAsync()
    {
        var batch = Take();
        try
        {
            if (Refusal is { } reason)
            {
                DecideAgain(batch, new RefusedException(reason));
            }
            else
            {
                await DecideAndCommitAsync(batch).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whatever happens, callers must be answered and the loop must live.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            Fault(bug);
            batch.ForEach(pending => pending.Fail(bug));
        }

        Interlocked.Add(ref waiting, -batch.Count);
        return batch.Count;
    }

    private List<PendingCommand> Take()
    {
        var batch = new List<PendingCommand>(Math.Min(queue.Count, options.BatchLength));
        while (batch.Count < options.BatchLength && queue.TryDequeue(out var pending))
        {
            batch.Add(pending);
        }

        return batch;
    }

    private async ValueTask DecideAndCommitAsync(List<PendingCommand> batch)
    {
        var now = Truncate(time.GetUtcNow());
        var transaction = new Transaction(durable, journal is not null);
        foreach (var pending in batch)
        {
            pending.Decide(transaction.World, now);
            if (pending.Decision is { Events.Count: > 0 } decision)
            {
                transaction.Add(decision, pending.Call, now);
            }
        }

        if (transaction.IsEmpty)
        {
            Answer(batch, durable.Position);
            return;
        }

        var number = 0L;
        var isDurable = false;
        try
        {
            number = transaction.Ephemeral is { } changes ? journal!.Append(changes) : 0; // nothing is divided without it
            var kept = transaction.Kept;
            var recorded = kept.IsEmpty ? [] : await log!.AppendAsync(kept, CancellationToken.None).ConfigureAwait(false); // not refusing, so open
            isDurable = true;
            Publish(transaction, recorded, number);
            Answer(batch, transaction.World.Position);
        }
        catch (EphemeralJournalException reason)
        {
            JournalFailed(reason);
            DecideAgain(batch, new RefusedException("The journal of disposables cannot be written, nothing was changed"));
        }
        catch (EventLogUnavailableException unavailable)
        {
            TakeBack(transaction);
            Unavailable(unavailable);
            DecideAgain(batch, StartRecovery([], transaction, number));
        }
        catch (AppendOutcomeUnknownException unknown)
        {
            Unknown(unknown);
            StartRecovery(batch, transaction, number);
            await Task.WhenAny(Task.WhenAll(batch.Select(pending => pending.Task)), Task.Delay(options.Patience)).ConfigureAwait(false);
            var late = new RefusedException("The event log broke off while it saved the change: whether it was made is not known yet");
            batch.ForEach(pending => pending.Fail(late));
        }
        catch (WriterLostException taken)
        {
            TakeBack(transaction);
            Lose(taken);
            DecideAgain(batch, new RefusedException(Refusal!)); // set by losing
        }
        catch (Exception) when (!isDurable)
        {
            TakeBack(transaction);
            throw;
        }
    }

    private void TakeBack(Transaction transaction)
    {
        if (transaction.Ephemeral is not null)
        {
            journal!.TakeBack(); // it was written there
        }
    }

    private void Publish(Transaction transaction, ImmutableArray<RecordedEvent> recorded, long number)
    {
        Volatile.Write(ref durable, transaction.World);
        if (transaction.Ephemeral is not null)
        {
            journal!.Settle(transaction.World); // it was written there
        }

        observer.Committed(transaction.World, transaction.Hear(recorded, number));
    }

    private void Answer(List<PendingCommand> batch, LogPosition position)
    {
        foreach (var pending in batch)
        {
            if (pending.Announcements.Count > 0)
            {
                observer.Announced(pending.Moment, pending.Announcements, pending.Decision is { Events.Count: > 0 } ? position : null);
            }

            pending.Answer(position);
        }
    }

    // Nothing of the batch is durable: whoever would have changed nothing anyway may be answered on durable ground.
    private void DecideAgain(List<PendingCommand> batch, RefusedException reason)
    {
        foreach (var pending in batch)
        {
            pending.Decide(durable, Truncate(time.GetUtcNow()));
            if (pending.Decision is { Events.Count: > 0 })
            {
                pending.Fail(reason);
            }
            else
            {
                Answer([pending], durable.Position);
            }
        }
    }

    private RefusedException StartRecovery(List<PendingCommand> unknown, Transaction transaction, long number)
    {
        Volatile.Write(ref refusal, "The event log is not available, nothing was changed");
        recovery = Task.Run(() => RecoverAsync(unknown, transaction, number));
        return new RefusedException("The event log is not available, nothing was changed");
    }

    private async Task RecoverAsync(List<PendingCommand> unknown, Transaction transaction, long number)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var adopted = await log!.RecoverAsync(stopping.Token).ConfigureAwait(false); // there was one to lose
                if (adopted.Length > 0)
                {
                    Publish(transaction, adopted, number);
                    Answer(unknown, transaction.World.Position);
                }
                else
                {
                    if (unknown.Count > 0)
                    {
                        TakeBack(transaction);
                    }

                    DecideAgain(unknown, new RefusedException("The event log is not available, nothing was changed"));
                }

                Recovered(durable.Position.Value);
                Volatile.Write(ref refusal, null);
                return;
            }
            catch (EventLogUnavailableException)
            {
                await Task.Delay(options.RetryInterval, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (WriterLostException taken)
            {
                Lose(taken);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Lose(WriterLostException taken)
    {
        Taken(taken);
        Volatile.Write(ref refusal, "Another daemon writes to the event log, nothing was changed");
        lost.TrySetResult();
    }

    private static DateTimeOffset Truncate(DateTimeOffset now) => now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));

    [LoggerMessage(2101, LogLevel.Error, "A bug in the writer loop")]
    private partial void Fault(Exception bug);

    [LoggerMessage(2102, LogLevel.Error, "The event log is not available: changes are refused until it is back")]
    private partial void Unavailable(Exception reason);

    [LoggerMessage(2103, LogLevel.Error, "The connection to the event log broke during a commit: its outcome is looked up")]
    private partial void Unknown(Exception reason);

    [LoggerMessage(2104, LogLevel.Warning, "The event log is back, at position {Position}")]
    private partial void Recovered(long position);

    [LoggerMessage(2106, LogLevel.Error, "The journal of disposables cannot be written: changes of disposables are refused")]
    private partial void JournalFailed(Exception reason);

    [LoggerMessage(2105, LogLevel.Critical, "Somebody else writes to the event log: this daemon stops")]
    private partial void Taken(Exception reason);
}
