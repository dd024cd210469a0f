using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Ends the process at the N-th step by which the policy is changed on the disk: the crash tests' seam.</summary>
/// <param name="faults">Where to end it.</param>
public sealed class KillingPolicySteps(KillingFaultPoints faults) : IStorageSteps
{
    private long count;

    /// <inheritdoc/>
    public void Before(string what) => faults.BeforePolicy(Interlocked.Increment(ref count));
}
