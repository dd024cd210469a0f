namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>Runs something as another user of the system, for peers that look at who connects.</summary>
public static class ThreadUser
{
    /// <summary>Runs the action on a thread of its own whose effective user is the given one.</summary>
    /// <remarks>Needs root, unless the user is our own. The rest of the process keeps its user.</remarks>
    public static async Task<T> RunAsync<T>(uint user, Func<T> action)
    {
        if (Native.EffectiveUser() == user)
            return action();
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                if (!Native.TrySetThreadUser(user))
                    throw new BenchmarkException($"Only root can act as user {user}.");
                outcome.SetResult(action());
            }
#pragma warning disable CA1031 // Whatever the action throws belongs to the one who waits for it.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                outcome.SetException(failure);
            }
        })
        { IsBackground = true, Name = "as another user" };
        thread.Start();
        return await outcome.Task;
    }
}
