using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Keeps the log and the files of the policy together: takes down what people change by hand, and brings to the disk what a restoration wants.</summary>
/// <remarks>
/// The disk is the authority: what the log says otherwise is put right there, also after a crash between a wish and its file. Changes through the calls
/// <c>policy.*</c> do both themselves while they hold the lock. Source: spec, policy 1, the row of reloading.
/// </remarks>
public sealed class PolicyWatch : IAsyncDisposable
{
    /// <summary>The verb under which the log keeps what was found.</summary>
    public const string Verb = "qubesd.policy";

    private const string OwnCalls = "policy.";

    private readonly PolicyInForce policy;
    private readonly IPolicySource disk;
    private readonly Dispatcher dispatcher;
    private readonly PolicyFileGate gate;
    private readonly OutcomeWaiters outcomes;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lanes<string> lanes = new();
    private (PolicyState? State, PolicyFiles? Known) settled;
    private PolicyFiles? before;
    private string? problem;
    private string? reason;

    /// <summary>Creates the process; it does nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="disk">Its files.</param>
    /// <param name="dispatcher">Carries out commands.</param>
    /// <param name="gate">How files are changed.</param>
    /// <param name="outcomes">Who waits for what comes of commands.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    public PolicyWatch(
        PolicyInForce policy, IPolicySource disk, Dispatcher dispatcher, PolicyFileGate gate, OutcomeWaiters outcomes, TimeProvider time,
        ILogger<PolicyWatch> logger)
    {
        (this.policy, this.disk, this.dispatcher, this.gate) = (policy, disk, dispatcher, gate);
        (this.outcomes, this.time, this.logger) = (outcomes, time, logger);
    }

    /// <summary>How long a change may stay unnoticed.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Hears of a commit; neither waits nor throws.</summary>
    public void Committed(ImmutableArray<RecordedEvent> events)
    {
        foreach (var recorded in events)
        {
            var path = recorded.Event switch
            {
                PolicyFileSet e => e.Path,
                PolicyFileRemoved e => e.Path,
                _ => null,
            };
            if (path is not null && recorded.Metadata?.Method.StartsWith(OwnCalls, StringComparison.Ordinal) != true)
            {
                outcomes.Add(recorded.Metadata?.CorrelationId, lanes.RunAsync(path, () => BringAsync(path)));
            }
        }
    }

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping.Token);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await LookAsync(both.Token).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(both.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>Looks once whether the disk holds something else than is known, and takes it down.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task LookAsync(CancellationToken ct)
    {
        try
        {
            var (state, known) = (policy.Now(), dispatcher.Current.Policy);
            if (settled == (state, known) || !IsQuiet(known))
            {
                return;
            }

            using var alone = await LockAsync(ct).ConfigureAwait(false);
            if (ReferenceEquals(known, dispatcher.Current.Policy)) // else somebody was faster: next time
            {
                await CompareAsync(state, known, ct).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is DomainException or IOException or UnauthorizedAccessException)
        {
            TellReason(e.Message);
        }
#pragma warning disable CA1031 // A bug here must not end the watching.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            PolicyWatchLog.Fault(logger, fault);
        }
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await lanes.DrainAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    // What was recorded just now may be on its way to the disk: it is given the time until the next look.
    private bool IsQuiet(PolicyFiles known)
    {
        var isSame = before is null || ReferenceEquals(known, before);
        before = known;
        return isSame && lanes.IsIdle;
    }

    private async Task<IDisposable?> LockAsync(CancellationToken ct)
    {
        try
        {
            return await gate.LockAsync(ct).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException)
        {
            return null; // there is nothing that could be changed
        }
    }

    private async Task CompareAsync(PolicyState state, PolicyFiles known, CancellationToken ct)
    {
        var found = PolicySnapshot.Take(disk, policy.Locations, known);
        TellProblem(found.Problem);
        if (!found.Files.Equals(known))
        {
            var command = new ObservePolicyFiles(found.Files, found.Problem) { Known = known };
            var position = await dispatcher.SendAsync(command, Call.OfDaemon(Verb), ct).ConfigureAwait(false);
            PolicyWatchLog.Observed(logger, position.Value);
        }

        // Whatever was decided meanwhile is looked at the next time.
        settled = (state, found.Files.Equals(dispatcher.Current.Policy) ? dispatcher.Current.Policy : null);
        before = dispatcher.Current.Policy;
        reason = null;
    }

    private async Task BringAsync(string path)
    {
        try
        {
            await gate.BringAsync(path, () => TextOf(path), stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            PolicyWatchLog.NotBrought(logger, path, e.Message);
            throw new RefusedException($"The policy file {path} could not be brought to the disk: {e.Message}");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new RefusedException("qubesd is stopping");
        }
    }

    private string? TextOf(string path) => dispatcher.Current.Policy.Entries.GetValueOrDefault(path) is { IsFile: true, Fault: null } file ? file.Text : null;

    private void TellProblem(string? now)
    {
        if (now is not null && now != problem)
        {
            PolicyWatchLog.Broken(logger, now);
        }
        else if (now is null && problem is not null)
        {
            PolicyWatchLog.Mended(logger);
        }

        problem = now;
    }

    // Once, not every second.
    private void TellReason(string now)
    {
        if (now != reason)
        {
            PolicyWatchLog.NotObserved(logger, now);
        }

        reason = now;
    }
}
