using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Ends the process at the N-th step of storage since the start: the crash tests' seam.</summary>
/// <param name="faults">Where to end it.</param>
/// <param name="log">Is given a line for each step, or null.</param>
public sealed class KillingSteps(KillingFaultPoints? faults, TextWriter? log) : IStorageSteps
{
    private long count;

    /// <inheritdoc/>
    public void Before(string what)
    {
        var step = Interlocked.Increment(ref count);
        log?.WriteLine($"{step} {what}");
        log?.Flush();
        faults?.BeforeStorage(step);
    }
}
