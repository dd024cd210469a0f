using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Ends the process at the N-th step of storage: the crash tests' seam.</summary>
/// <remarks>Steps of several volumes may be made at once; they are counted in the order in which they come here.</remarks>
/// <param name="faults">Where to end it, counted from the start, or null.</param>
/// <param name="log">Is given a line for each step, or null.</param>
/// <param name="arming">A file, or null. As soon as it is there, the process ends at the N-th step from then on, N being what the file holds: so that a daemon first settles what an
/// earlier one left, however many steps that takes.</param>
public sealed class KillingSteps(KillingFaultPoints? faults, TextWriter? log, string? arming) : IStorageSteps
{
    private readonly Lock gate = new();
    private long count;
    private (KillingFaultPoints? Fault, long Since) armed;

    /// <inheritdoc/>
    public void Before(string what)
    {
        lock (gate)
        {
            count++;
            log?.WriteLine($"{count} {what}");
            log?.Flush();
            faults?.BeforeStorage(count);
            if (arming is not null && armed.Fault is null && File.Exists(arming))
            {
                armed = (KillingFaultPoints.Parse("before-storage:" + File.ReadAllText(arming).Trim()), count - 1);
            }

            armed.Fault?.BeforeStorage(count - armed.Since);
        }
    }
}
