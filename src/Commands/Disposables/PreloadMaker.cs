using System.Collections.Concurrent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Makes disposables that wait: creates one, starts it, waits until it is ready, pauses it.</summary>
/// <remarks>Source: spec, lifecycle.md 12. Each step is in the log when it is done, so what a crash leaves is known and cleaned up at the next start.</remarks>
internal sealed class PreloadMaker(DisposableContext context, DisposableDiscard discard) : IDisposable
{
    private readonly ConcurrentDictionary<QubeId, Task> making = new();
    private readonly SemaphoreSlim slots = new(context.Options.ParallelStarts);

    private readonly CancellationToken stop = context.Stop;

    private PowerContext Power => context.Power;

    /// <summary>The work on one that is being made; completed when nobody works on it.</summary>
    internal Task Making(QubeId qube) => making.GetValueOrDefault(qube, Task.CompletedTask);

    /// <summary>Whether somebody works on it.</summary>
    internal bool IsMade(QubeId qube) => making.ContainsKey(qube);

    /// <summary>Makes one more for a template, unless there are enough.</summary>
    /// <returns>Whether it was made, and waits or was taken.</returns>
    internal async Task<bool> MakeAsync(QubeId template)
    {
        await slots.WaitAsync(stop).ConfigureAwait(false);
        var wanted = context.NewDisposable(template);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        making[wanted.Id] = done.Task;
        try
        {
            return await MakeAsync(template, wanted).ConfigureAwait(false);
        }
        finally
        {
            making.TryRemove(wanted.Id, out _);
            done.SetResult();
            slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();

    private async Task<bool> MakeAsync(QubeId template, CreateDisposable wanted)
    {
        var call = DisposableContext.OwnCall();
        try
        {
            await context.DecideAsync(template, draft => Create(draft, template, wanted), call).ConfigureAwait(false);
            if (context.World.Find(wanted.Id) is null)
            {
                return false;
            }

            await context.Process.Requests.StartAsync(wanted.Id, call, stop).ConfigureAwait(false);
            await CompleteAsync(wanted.Id, call).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (PowerFaults.IsExpected(e) && !stop.IsCancellationRequested)
        {
            DisposableLog.NotMade(context.Logger, template, e.Message);
            await discard.DiscardAsync(wanted.Id).ConfigureAwait(false);
            return false;
        }
    }

    private void Create(Draft draft, QubeId template, CreateDisposable wanted)
    {
        if (!context.IsHeld)
        {
            PreloadedDisposables.Create(draft, template, wanted.Id, wanted.FirstDispId, wanted.RecentDispIds);
        }
    }

    private async Task CompleteAsync(QubeId id, Call call)
    {
        var run = Run(id);
        try
        {
            await WaitUntilReadyAsync(id, call).ConfigureAwait(false);
            await PauseAsync(id, Run(id), call).ConfigureAwait(false);
        }
        catch (Exception e) when (PowerFaults.IsExpected(e) && !stop.IsCancellationRequested)
        {
            // The start has failed after all: the run is taken down, and that removes the disposable.
            await Power.NoteAsync(id, draft => FailStart(draft, id, run.Id, PowerFaults.Reason(e)), call).ConfigureAwait(false);
            await context.Process.LookAsync(id).ConfigureAwait(false);
            throw;
        }
    }

    private static void FailStart(Draft draft, QubeId id, string run, string reason)
    {
        if (PowerStates.Active(draft.World, id)?.Id == run)
        {
            Starts.Fail(draft, id, run, reason);
        }
    }

    private async Task WaitUntilReadyAsync(QubeId id, Call call)
    {
        var (world, qube) = (context.World, Find(id));
        var user = PropertyValues.Get(world, qube, "default_user")?.Text ?? "user";
        await RunAsync(id, new QrexecCall(qube.Name, "root", "qubes.WaitForRunningSystem", PowerTimes.Seconds(world, qube, "qrexec_timeout")), call).ConfigureAwait(false);
        if (HasSession(world, qube))
        {
            var session = new QrexecCall(qube.Name, user, "qubes.WaitForSession", PowerTimes.Seconds(world, qube, "qrexec_timeout"))
            {
                Input = System.Text.Encoding.ASCII.GetBytes(user + "\n"),
            };
            await RunAsync(id, session, call).ConfigureAwait(false);
        }
    }

    // A session comes up without anybody who looks at it only where the qube's own GUI daemon may come later.
    private static bool HasSession(World world, Qube qube) => PropertyValues.GetQube(world, qube, "guivm") is not null &&
        FeatureLookup.WithTemplate(world, qube, "gui") is { Length: > 0 } &&
        FeatureLookup.WithTemplate(world, qube, "supported-feature.late-gui-daemon") is { Length: > 0 };

    private async Task RunAsync(QubeId id, QrexecCall service, Call call)
    {
        await context.DecideAsync(id, draft => Pauses.AnnounceService(draft, id), call).ConfigureAwait(false);
        var result = await Power.Ports.Qrexec.RunAsync(service, stop).ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            throw new QubeErrorException($"{service.Service} failed with exit code {result.ExitCode} while the disposable was made ready");
        }
    }

    private async Task PauseAsync(QubeId id, Run run, Call call)
    {
        await LowerMemoryAsync(id, run).ConfigureAwait(false);
        using (Power.Quiet.Enter(id))
        {
            var waits = false;
            await context.DecideAsync(id, draft => waits = PreloadedDisposables.AnnouncePause(draft, id), call).ConfigureAwait(false);
            if (waits)
            {
                await Power.Ports.Hypervisor.PauseAsync(id, stop).ConfigureAwait(false);
            }

            await context.DecideAsync(id, draft => PreloadedDisposables.Complete(draft, id, run.Id, waits), call).ConfigureAwait(false);
        }

        await context.Process.LookAsync(id).ConfigureAwait(false);
    }

    private async Task LowerMemoryAsync(QubeId id, Run run)
    {
        try
        {
            await Power.Ports.Memory.SetAsync([(run.Xid, 0)], stop).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            DisposableLog.MemoryKept(context.Logger, id, e.Message);
        }
    }

    private Qube Find(QubeId id) => context.World.Find(id) ?? throw new QubeNotFoundException("uuid:" + id);

    private Run Run(QubeId id) => PowerStates.Active(context.World, id) ?? throw PowerRefusals.NotRunning(Find(id));
}
