using System.Diagnostics;

namespace Qubes.Cqrs.Infrastructure.Tests;

internal static class Wait
{
    /// <summary>Waits for something that happens by itself, generously: the machine may be busy.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "it did not happen");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
