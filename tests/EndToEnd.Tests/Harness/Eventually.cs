using System.Diagnostics;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Waiting by asking again: the limits are generous, the usual answer comes at once.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer is yes.</summary>
    /// <returns>False when the limit passed.</returns>
    public static async Task<bool> IsAsync(Func<Task<bool>> question, TimeSpan limit, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await question())
                return true;
            if (watch.Elapsed > limit)
                return false;
            await Task.Delay(Pause, ct);
        }
    }

    public static Task<bool> IsAsync(Func<bool> question, TimeSpan limit, CancellationToken ct) =>
        IsAsync(() => Task.FromResult(question()), limit, ct);

    /// <summary>As <see cref="IsAsync(Func{Task{bool}}, TimeSpan, CancellationToken)"/>, but fails the test with what was waited for.</summary>
    public static async Task TrueAsync(string what, Func<Task<bool>> question, TimeSpan limit, CancellationToken ct, Func<string>? details = null)
    {
        if (!await IsAsync(question, limit, ct))
            Assert.Fail($"Waited {limit.TotalSeconds:0.#} s in vain until {what}.\n{details?.Invoke()}");
    }

    public static Task TrueAsync(string what, Func<bool> question, TimeSpan limit, CancellationToken ct, Func<string>? details = null) =>
        TrueAsync(what, () => Task.FromResult(question()), limit, ct, details);
}
