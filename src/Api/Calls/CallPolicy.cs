using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What callers other than dom0 may learn of others.</summary>
/// <remarks>
/// The policy is not evaluated yet: until it is, only dom0 learns anything that a policy would have to allow. docs/status.md says so.
/// Everything asks <see cref="MayCall"/>, so the evaluation has one place to go. Once it stands there, a change of the policy must end the
/// streams of <c>qubes.cqrs.Changes</c> and their right to continue: what they told of a position would no longer be what may be seen of it.
/// </remarks>
internal static class CallPolicy
{
    /// <summary>Whether the policy lets the caller make a call.</summary>
    /// <param name="caller">The calling qube.</param>
    /// <param name="method">The standard method.</param>
    /// <param name="argument">Its argument, or empty.</param>
    /// <param name="target">The qube that it would be about; dom0 for the system.</param>
#pragma warning disable IDE0060 // An evaluated policy decides by all four.
    internal static bool MayCall(Qube caller, string method, string argument, Qube target) => caller.IsDom0;
#pragma warning restore IDE0060

    /// <summary>Whether the caller may see the qube in a list.</summary>
    internal static bool MayList(Qube caller, Qube qube) => MayCall(caller, "admin.vm.List", "", qube);

    /// <summary>What the caller may hear; null means everything.</summary>
    internal static Func<Announcement, bool>? EventFilter(Qube caller) => caller.IsDom0 ? null : static _ => false;
}
