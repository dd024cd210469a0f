using System.Collections.Concurrent;

namespace Qubes.Cqrs.Commands;

/// <summary>The starts under way in this process: who waits for them, and how they are broken off when their domain has gone.</summary>
internal sealed class StartAttempts
{
    private readonly ConcurrentDictionary<string, Attempt> byRun = new(StringComparer.Ordinal);

    /// <summary>The attempt of a run, known from the moment that somebody asks for it.</summary>
    internal Attempt Of(string run) => byRun.GetOrAdd(run, static _ => new Attempt());

    /// <summary>The attempt of a run, or null when none is under way here.</summary>
    internal Attempt? Find(string run) => byRun.GetValueOrDefault(run);

    /// <summary>Ends the attempt: with success, or with what everybody who waits is told.</summary>
    internal void End(string run, Exception? failure)
    {
        if (byRun.TryRemove(run, out var attempt))
        {
            attempt.End(failure);
        }
    }

    /// <summary>A start under way.</summary>
    internal sealed class Attempt : IDisposable
    {
        private readonly TaskCompletionSource outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource gone = new();

        /// <summary>Completes with the start's outcome.</summary>
        internal Task Outcome => outcome.Task;

        /// <summary>Triggered when the domain has gone although the start goes on.</summary>
        internal CancellationToken Gone => gone.Token;

        /// <summary>Breaks the start off.</summary>
        internal void BreakOff()
        {
            try
            {
                _ = gone.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It has ended meanwhile.
            }
        }

        internal void End(Exception? failure)
        {
            if (failure is null)
            {
                outcome.TrySetResult();
            }
            else if (outcome.TrySetException(failure))
            {
                _ = outcome.Task.Exception; // somebody may have stopped waiting
            }

            Dispose();
        }

        public void Dispose() => gone.Dispose();
    }
}
