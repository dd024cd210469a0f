using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Those who wait until something holds of a qube's run.</summary>
internal sealed class RunWaiters(Func<World> current)
{
    private readonly Lock gate = new();
    private readonly Dictionary<QubeId, List<Waiter>> waiting = [];

    /// <summary>Completes as soon as the condition holds.</summary>
    internal async Task WaitAsync(QubeId qube, Func<World, bool> holds, CancellationToken ct)
    {
        var waiter = new Waiter(holds);
        lock (gate)
        {
            (waiting.TryGetValue(qube, out var list) ? list : waiting[qube] = []).Add(waiter);
        }

        try
        {
            if (!holds(current())) // looked at after it was registered, so that nothing is missed
            {
                await waiter.Task.WaitAsync(ct).ConfigureAwait(false);
            }
        }
        finally
        {
            Remove(qube, waiter);
        }
    }

    /// <summary>Lets those go whose condition holds; called for every commit, so it neither waits nor throws.</summary>
    internal void Changed(QubeId qube, World world)
    {
        lock (gate)
        {
            if (waiting.TryGetValue(qube, out var list))
            {
                list.ForEach(waiter => waiter.Look(world));
            }
        }
    }

    private void Remove(QubeId qube, Waiter waiter)
    {
        lock (gate)
        {
            if (waiting.TryGetValue(qube, out var list) && list.Remove(waiter) && list.Count == 0)
            {
                waiting.Remove(qube);
            }
        }
    }

    private sealed class Waiter(Func<World, bool> holds)
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Task => done.Task;

        internal void Look(World world)
        {
            if (holds(world))
            {
                done.TrySetResult();
            }
        }
    }
}
