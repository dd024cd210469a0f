using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sends all qubes to sleep before the host sleeps, and wakes them after it.</summary>
/// <remarks>Side by side, but told in the order of names as far as they are equally fast. Source: spec, lifecycle.md 6.</remarks>
public sealed class HostSuspension
{
    private readonly PowerContext context;
    private readonly PowerRequests power;
    private readonly PowerProcess process;
    private readonly DisposableProcess disposables;
    private readonly IPausedList paused;

    /// <summary>Creates it.</summary>
    /// <param name="process">Starts and stops qubes.</param>
    /// <param name="disposables">Keeps disposables ready.</param>
    /// <param name="paused">Remembers who did not run before.</param>
    public HostSuspension(PowerProcess process, DisposableProcess disposables, IPausedList paused)
    {
        ArgumentNullException.ThrowIfNull(process);
        (context, power, this.process, this.disposables, this.paused) = (process.Context, process.Requests, process, disposables, paused);
    }

    /// <summary>Sends everything to sleep that runs.</summary>
    /// <exception cref="RefusedException">Some qubes could not: <c>Failed to suspend some qubes: </c>, and a line for each. The others sleep.</exception>
    public async Task SuspendAsync(Call call, CancellationToken ct)
    {
        await HoldAsync(call).ConfigureAwait(false);
        var active = Active().ToList();
        await KeepPausedAsync(active.Where(IsPaused), ct).ConfigureAwait(false);
        var running = active.Where(IsRunning).ToList();
        await TellAsync(running, "qubes.SuspendPreAll", call, ct).ConfigureAwait(false);
        var failures = await Task.WhenAll(running.Select(qube => FailureOfAsync(qube, () => power.SuspendAsync(qube.Id, call, ct)))).ConfigureAwait(false);
        if (string.Join('\n', failures.OfType<string>()) is { Length: > 0 } texts)
        {
            await disposables.ReleaseAsync(call, "system could not be suspended").ConfigureAwait(false);
            throw new RefusedException($"Failed to suspend some qubes: \n{texts}");
        }
    }

    /// <summary>Wakes everything that was sent to sleep.</summary>
    public async Task ResumeAsync(Call call, CancellationToken ct)
    {
        var before = await paused.TakeAsync(ct).ConfigureAwait(false);
        var asleep = Active().Where(qube => IsPaused(qube) && !before.Contains(qube.Name)).ToList();
        await WakeAsync(asleep, call, ct).ConfigureAwait(false);
        await TellAsync(Active().Where(IsRunning).ToList(), "qubes.SuspendPostAll", call, ct).ConfigureAwait(false);
        await disposables.ReleaseAsync(call, "system resumed").ConfigureAwait(false);
    }

    private IEnumerable<Qube> Active() => PowerStates.ActiveQubes(context.World).Where(qube => qube is { IsDom0: false, IsLocal: true });

    private bool IsPaused(Qube qube) => Run(qube)?.Activity is DomainActivity.Paused or DomainActivity.Suspended;

    private bool IsRunning(Qube qube) => Run(qube)?.Activity is DomainActivity.Running;

    private Run? Run(Qube qube) => PowerStates.Active(context.World, qube.Id);

    private bool HasAgent(Qube qube) => FeatureLookup.WithTemplate(context.World, qube, "qrexec") is { Length: > 0 };

    // A guest that is not told, or a log that cannot be written, keeps nobody awake.
    private Task TellAsync(IEnumerable<Qube> qubes, string service, Call call, CancellationToken ct) =>
        Task.WhenAll(qubes.Select(qube => FailureOfAsync(qube, () => power.RunServiceAsync(qube.Id, service, call, ct))));

    private async Task HoldAsync(Call call)
    {
        try
        {
            await disposables.HoldAsync(call).ConfigureAwait(false);
        }
        catch (RefusedException refusal)
        {
            PowerLog.DisposablesNotHeld(context.Logger, refusal.Message);
        }
    }

    // Without the list those wake as well that were paused before: no reason to keep the host awake.
    private async Task KeepPausedAsync(IEnumerable<Qube> before, CancellationToken ct)
    {
        try
        {
            await paused.WriteAsync([.. before.Select(qube => qube.Name)], ct).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            PowerLog.PausedListFailed(context.Logger, e.Message);
        }
    }

    // Those that can tell at once come first, so that nobody waits for the service of another.
    private async Task WakeAsync(List<Qube> asleep, Call call, CancellationToken ct)
    {
        var quick = asleep.Where(qube => Run(qube)?.Activity is DomainActivity.Suspended && !HasAgent(qube));
        var unpaused = asleep.Where(qube => Run(qube)?.Activity is DomainActivity.Paused);
        var slow = asleep.Where(qube => Run(qube)?.Activity is DomainActivity.Suspended && HasAgent(qube)).ToList();
        Task[] others = [.. quick.Concat(unpaused).ToList().Select(qube => FailureOfAsync(qube, () => power.ResumeAsync(qube.Id, call, ct)))];
        await WakeSlowAsync(slow, call, ct).ConfigureAwait(false);
        await Task.WhenAll(others).ConfigureAwait(false);
    }

    // Wakes the domains, then tells their guests, and notes each as soon as its guest knows.
    private async Task WakeSlowAsync(List<Qube> slow, Call call, CancellationToken ct)
    {
        var quiet = slow.ToDictionary(qube => qube.Id, qube => context.Quiet.Enter(qube.Id));
        try
        {
            var failures = await Task.WhenAll(slow.Select(
                qube => FailureOfAsync(qube, () => context.Ports.Hypervisor.WakeUpAsync(qube.Id, ct).AsTask()))).ConfigureAwait(false);
            var woken = slow.Where((_, index) => failures[index] is null).ToList();
            await Task.WhenAll(woken.Select(
                qube => context.NoteAsync(qube.Id, draft => Pauses.AnnounceService(draft, qube.Id), call))).ConfigureAwait(false);
            var served = woken.Select(qube => (Qube: qube, Work: power.RunAnnouncedAsync(qube.Id, qube.Name, "qubes.SuspendPost", ct))).ToList();
            while (served.Count > 0)
            {
                await Task.WhenAny(served.Select(entry => entry.Work)).ConfigureAwait(false);
                foreach (var entry in served.Where(entry => entry.Work.IsCompleted).ToList())
                {
                    served.Remove(entry);
                    await NoteAwakeAsync(entry.Qube, call).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (var (qube, exit) in quiet)
            {
                exit.Dispose();
                await process.LookAsync(qube).ConfigureAwait(false);
            }
        }
    }

    private async Task NoteAwakeAsync(Qube qube, Call call)
    {
        if (Run(qube) is { } run)
        {
            await context.NoteAsync(qube.Id, draft => Pauses.Wake(draft, qube.Id, run.Id), call).ConfigureAwait(false);
        }
    }

    private async Task<string?> FailureOfAsync(Qube qube, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (PowerFaults.IsExpected(e))
        {
            if (Run(qube) is null)
            {
                return null; // it has gone meanwhile
            }

            PowerLog.NotAsleep(context.Logger, qube.Id, PowerFaults.Reason(e));
            return $"{qube.Name}: {PowerFaults.Reason(e)}";
        }
    }
}
